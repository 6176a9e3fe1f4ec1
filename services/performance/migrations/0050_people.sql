-- Facts about people. Bodies are kefu.performance.v1 messages; the columns beside them are what is searched by.
CREATE TABLE conduct_event (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conduct_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, conduct_id),
  KEY conduct_event_by_day (org_id, shop_id, day, conduct_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- record_id is "agent day span".
CREATE TABLE attendance (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, record_id),
  KEY attendance_by_day (org_id, shop_id, day, record_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- From staffing's events: who was employed when, and in which tier and grade.
CREATE TABLE employment (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hire_day DATE NOT NULL,
  leave_day DATE NULL,
  PRIMARY KEY (org_id, agent_id, hire_day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- corrects_id names the record that this one replaces; a replaced record counts no more.
CREATE TABLE tier_record (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tier_change_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  effective_day DATE NOT NULL,
  tier_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grade_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  corrects_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, agent_id, tier_change_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- From staffing's events: the stage of a shop's life from a day on.
CREATE TABLE shop_stage (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_day DATE NOT NULL,
  stage VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, start_day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
