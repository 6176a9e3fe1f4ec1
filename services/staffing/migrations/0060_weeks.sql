-- Weeks of performance as its reports told them; agent_id '': the shop.
CREATE TABLE reported_week (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  week           DATE NOT NULL, -- its Monday
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_version INT NOT NULL,
  body           MEDIUMBLOB NOT NULL, -- kefu.performance.v1.ReportRow
  PRIMARY KEY (org_id, shop_id, week, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
