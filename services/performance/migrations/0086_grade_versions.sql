-- Grades that people gave, with those that later ones took the place of. agent_grade holds the last of each.
ALTER TABLE agent_grade ADD COLUMN version BIGINT NOT NULL DEFAULT 1, ADD COLUMN grade_us BIGINT NOT NULL DEFAULT 0;
CREATE TABLE agent_grade_version (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scorecard_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  grade VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evidence VARCHAR(200) NOT NULL,
  graded_by VARCHAR(200) NOT NULL,
  grade_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, month, agent_id, scorecard_id, item_id, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO agent_grade_version (org_id, shop_id, month, agent_id, scorecard_id, item_id, version, grade, evidence, graded_by, grade_us)
  SELECT org_id, shop_id, month, agent_id, scorecard_id, item_id, version, grade, evidence, graded_by, grade_us FROM agent_grade;
