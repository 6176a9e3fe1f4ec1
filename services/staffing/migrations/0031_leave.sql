-- Leave: the organization's kinds, grants, and requests. A balance is the sum of its grants less the leaves that count.

CREATE TABLE leave_kind (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  leave_kind   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  paid         TINYINT NOT NULL,
  has_balance  TINYINT NOT NULL,
  archived     TINYINT NOT NULL,
  update_us    BIGINT NOT NULL,
  actor        VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, leave_kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only.
CREATE TABLE leave_grant (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grant_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  leave_kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  minutes    INT NOT NULL,
  reason     VARCHAR(2000) NOT NULL,
  actor      VARCHAR(256) NOT NULL,
  record_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, agent_id, grant_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE agent_leave (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  leave_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  leave_kind      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  paid            TINYINT NOT NULL,
  has_balance     TINYINT NOT NULL,
  first_day       DATE NOT NULL,
  last_day        DATE NOT NULL,
  from_minute     INT NOT NULL,
  to_minute       INT NOT NULL, -- 0: whole days
  minutes         INT NOT NULL,
  reason          VARCHAR(2000) NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decided_by      VARCHAR(256) NOT NULL,
  decision_reason VARCHAR(2000) NOT NULL,
  version         BIGINT NOT NULL,
  create_us       BIGINT NOT NULL,
  update_us       BIGINT NOT NULL,
  PRIMARY KEY (org_id, leave_id),
  KEY agent_leave_agent (org_id, agent_id, first_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
