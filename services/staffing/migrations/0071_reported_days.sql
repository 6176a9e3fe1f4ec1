-- Days of agents as performance's monthly reports told them; agent_id '': all of the month was told.
CREATE TABLE reported_days (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month          DATE NOT NULL, -- its first day
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_version INT NOT NULL,
  body           MEDIUMBLOB NOT NULL, -- kefu.performance.v1.MonthReported of this agent, with the figures of its days
  PRIMARY KEY (org_id, shop_id, month, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The last day on which recurring courses were assigned to everybody of an organization.
CREATE TABLE training_look (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day    DATE NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
