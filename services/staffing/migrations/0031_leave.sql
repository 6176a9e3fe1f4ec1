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

-- A leave without an end has no end_date; to_minute 0 stands for whole days. What was recorded before needed no request.
ALTER TABLE agent_leave
  ADD COLUMN paid            TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN has_balance     TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN from_minute     INT NOT NULL DEFAULT 0,
  ADD COLUMN to_minute       INT NOT NULL DEFAULT 0,
  ADD COLUMN minutes         INT NOT NULL DEFAULT 0,
  ADD COLUMN reason          VARCHAR(2000) NOT NULL DEFAULT '',
  ADD COLUMN state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'APPROVED',
  ADD COLUMN decided_by      VARCHAR(256) NOT NULL DEFAULT '',
  ADD COLUMN decision_reason VARCHAR(2000) NOT NULL DEFAULT '',
  ADD COLUMN version         BIGINT NOT NULL DEFAULT 1,
  ADD COLUMN update_us       BIGINT NOT NULL DEFAULT 0;
UPDATE agent_leave SET update_us = create_us;
