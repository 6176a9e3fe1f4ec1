-- Versions of scorecards; bodies are kefu.performance.v1.Scorecard. An empty shop_id: the organization's.
CREATE TABLE scorecard (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scorecard_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  effective_from DATE NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, scorecard_id, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Grades that people gave.
CREATE TABLE agent_grade (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  scorecard_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grade VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evidence VARCHAR(200) NOT NULL,
  graded_by VARCHAR(200) NOT NULL,
  PRIMARY KEY (org_id, shop_id, month, scorecard_id, agent_id, item_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
