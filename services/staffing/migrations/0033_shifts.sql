-- Shift templates and swaps.

CREATE TABLE shift_template (
  org_id              VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shift_template_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_minute        INT NOT NULL,
  length_minutes      INT NOT NULL,
  breaks              VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "offset minutes paid" a line
  weekdays            INT NOT NULL, -- bit 0 is Monday
  display_name        VARCHAR(200) NOT NULL,
  late_grace_minutes  INT NOT NULL,
  early_grace_minutes INT NOT NULL,
  archived            TINYINT NOT NULL,
  update_us           BIGINT NOT NULL,
  actor               VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, shift_template_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE shift_swap (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  swap_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  roster_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day             DATE NOT NULL,
  other_agent_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  other_day       DATE NULL,
  reason          VARCHAR(2000) NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decided_by      VARCHAR(256) NOT NULL,
  decision_reason VARCHAR(2000) NOT NULL,
  version         BIGINT NOT NULL,
  create_us       BIGINT NOT NULL,
  update_us       BIGINT NOT NULL,
  PRIMARY KEY (org_id, swap_id),
  KEY shift_swap_roster (org_id, roster_id, swap_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
