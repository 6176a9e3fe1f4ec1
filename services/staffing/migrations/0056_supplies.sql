-- Supplies, in tables of the shape of 0061. Instants are microseconds UTC.

CREATE TABLE supply (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the organization's name for it
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ACTIVE, ARCHIVED
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- Supply
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY supply_owner (org_id, owner_id, record_id),
  KEY supply_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What agents were handed.
CREATE TABLE supply_issue (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the handing out
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the supply
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- OUT, CLOSED
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- SupplyIssue
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY supply_issue_owner (org_id, owner_id, record_id),
  KEY supply_issue_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
