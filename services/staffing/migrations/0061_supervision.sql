-- Supervision of bases. Tables of one shape: what a record is found by, and the message that it is. Instants are microseconds UTC.

-- Inspections of bases.
CREATE TABLE base_inspection (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the inspection
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the base
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the contract; '': none yet
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_day    DATE NULL, -- the next due day of a finding that waits; NULL: none, or told as overdue
  body       MEDIUMBLOB NOT NULL, -- BaseInspection
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY base_inspection_owner (org_id, owner_id, record_id),
  KEY base_inspection_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Complaints of the sides of a contract.
CREATE TABLE base_complaint (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the complaint
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the contract
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent to be replaced; ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_day    DATE NULL, -- until when a correction is awaited; NULL: none is, or told as overdue
  body       MEDIUMBLOB NOT NULL, -- BaseComplaint
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY base_complaint_owner (org_id, owner_id, record_id),
  KEY base_complaint_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Trials that were decided about.
CREATE TABLE contract_trial (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the contract
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the base
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- of the last decision
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- Trial, its steps
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY contract_trial_owner (org_id, owner_id, record_id),
  KEY contract_trial_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Versions of policies that stand in no table of their own.
CREATE TABLE people_policy (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL, -- from 1 without gaps, under the lock of the organization's row
  body    MEDIUMBLOB NOT NULL, -- the policy's message
  PRIMARY KEY (org_id, kind, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
