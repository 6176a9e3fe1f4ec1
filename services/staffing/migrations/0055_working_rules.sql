-- Working rules, and the rule that an event of conduct names. Instants are microseconds UTC.

-- Never changed; of the versions that hold on a day the last one does.
CREATE TABLE working_rules (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version         INT NOT NULL, -- from 1 without gaps, under the lock of the organization's row
  effective       DATE NOT NULL,
  body            MEDIUMBLOB NOT NULL, -- WorkingRules
  announcement_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor           VARCHAR(256) NOT NULL,
  create_us       BIGINT NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE conduct_event
  ADD COLUMN rule_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- '': none was named
  ADD COLUMN rule_version INT NOT NULL DEFAULT 0;
