-- Reports about bases as they were made by themselves, in a table of the shape of 0061. Instants are microseconds UTC.
CREATE TABLE base_report (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the contract, kind and first day: CONTRACT.WEEKLY.YYYYMMDD
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the contract
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the base
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the kind
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- BaseReport
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY base_report_owner (org_id, owner_id, record_id),
  KEY base_report_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
