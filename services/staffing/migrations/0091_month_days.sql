-- Days of agents as the reports of their months told them: contracts begin and end within months.
CREATE TABLE reported_month_days (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month          DATE NOT NULL,
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_version INT NOT NULL,
  body           MEDIUMBLOB NOT NULL, -- kefu.performance.v1.MonthReported with the names of the figures and the agent's days alone
  PRIMARY KEY (org_id, shop_id, month, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
