-- Attendance: clock events, closed months, policies; and which special days are statutory holidays.

ALTER TABLE calendar_day ADD COLUMN statutory TINYINT NOT NULL DEFAULT 0;

-- Never changed but for being voided.
CREATE TABLE clock_event (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  clock_event_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_us       BIGINT NOT NULL,
  reason         VARCHAR(2000) NOT NULL, -- '': clocked
  actor          VARCHAR(256) NOT NULL,
  record_us      BIGINT NOT NULL,
  void_us        BIGINT NULL,
  voided_by      VARCHAR(256) NOT NULL,
  void_reason    VARCHAR(2000) NOT NULL,
  PRIMARY KEY (org_id, clock_event_id),
  KEY clock_event_agent (org_id, agent_id, event_us),
  KEY clock_event_time (org_id, event_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Never changed.
CREATE TABLE attendance_month (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month          DATE NOT NULL, -- its first day
  agents         INT NOT NULL,
  sha256         CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version BIGINT NOT NULL,
  close_us       BIGINT NOT NULL,
  actor          VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- body is the kefu.staffing.v1.AttendanceSummary.
CREATE TABLE attendance_summary (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month    DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body     BLOB NOT NULL,
  PRIMARY KEY (org_id, month, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Never changed; the last version holds.
CREATE TABLE attendance_policy (
  org_id                VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version               BIGINT NOT NULL,
  late_grace_minutes    INT NOT NULL,
  early_grace_minutes   INT NOT NULL,
  overtime_unit_minutes INT NOT NULL,
  create_us             BIGINT NOT NULL,
  actor                 VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
