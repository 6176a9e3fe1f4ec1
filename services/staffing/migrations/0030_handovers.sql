-- The handover book: agents on duty, items between shifts, and every step of their way.

-- running_agent_id is the agent while the shift runs, then NULL: nobody is on duty twice.
CREATE TABLE duty_shift (
  org_id             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  duty_shift_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  team_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  running_agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  shift_name         VARCHAR(200) NOT NULL,
  scheduled_start_us BIGINT NOT NULL,
  scheduled_end_us   BIGINT NOT NULL,
  start_us           BIGINT NOT NULL,
  handover_us        BIGINT NULL,
  end_us             BIGINT NULL,
  version            BIGINT NOT NULL,
  create_us          BIGINT NOT NULL,
  update_us          BIGINT NOT NULL,
  PRIMARY KEY (org_id, duty_shift_id),
  UNIQUE KEY duty_shift_running (org_id, running_agent_id),
  KEY duty_shift_team (org_id, team_id, end_us, duty_shift_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE handover (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  handover_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  duty_shift_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note          VARCHAR(2000) NOT NULL,
  actor         VARCHAR(256) NOT NULL,
  write_us      BIGINT NOT NULL,
  PRIMARY KEY (org_id, handover_id),
  KEY handover_shift (org_id, duty_shift_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- due_us and escalation_us are the greatest BIGINT where there is none, so that they sort last.
CREATE TABLE handover_item (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  team_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  text            VARCHAR(2000) NOT NULL,
  reference_ids   TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "KIND id" a line
  due_us          BIGINT NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  writer_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_shift_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  holder_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': nobody
  holder_shift_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  waiting_us      BIGINT NOT NULL,
  level           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  escalation_us   BIGINT NOT NULL,
  handovers       INT NOT NULL,
  resolution      VARCHAR(2000) NOT NULL,
  version         BIGINT NOT NULL,
  create_us       BIGINT NOT NULL,
  update_us       BIGINT NOT NULL,
  PRIMARY KEY (org_id, item_id),
  KEY handover_item_team (org_id, team_id, due_us, item_id),
  KEY handover_item_holder (org_id, holder_shift_id, item_id),
  KEY handover_item_escalation (escalation_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only; sequence is the item's version.
CREATE TABLE handover_entry (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sequence       BIGINT NOT NULL,
  kind           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  duty_shift_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  text           VARCHAR(2000) NOT NULL,
  level          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version BIGINT NOT NULL,
  actor          VARCHAR(256) NOT NULL,
  record_us      BIGINT NOT NULL,
  PRIMARY KEY (org_id, item_id, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Never changed; the last version holds.
CREATE TABLE handover_policy (
  org_id             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version            BIGINT NOT NULL,
  team_lead_minutes  INT NOT NULL,
  supervisor_minutes INT NOT NULL,
  manager_minutes    INT NOT NULL,
  create_us          BIGINT NOT NULL,
  actor              VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
