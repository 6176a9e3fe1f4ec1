-- From staffing's events: who serves a shop before or after the sale, and when. Agent and duty of an assignment are fixed.
CREATE TABLE duty (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  assignment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  duty VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_day DATE NOT NULL,
  end_day DATE NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, assignment_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
