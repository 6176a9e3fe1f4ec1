-- Whom deadlines that nobody has met are told to.
CREATE TABLE sla_step (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version        INT NOT NULL,
  seq            INT NOT NULL, -- by offset
  clock_kind     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every clock
  offset_seconds BIGINT NOT NULL, -- after the deadline
  recipient      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, policy_id, version, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE case_clock
  ADD COLUMN steps          INT NOT NULL DEFAULT 0,                      -- taken
  ADD COLUMN step_offset_us BIGINT NULL,                                 -- of the next one; NULL: none
  ADD COLUMN step_us        BIGINT NOT NULL DEFAULT 9223372036854775807; -- when it is taken, or never
