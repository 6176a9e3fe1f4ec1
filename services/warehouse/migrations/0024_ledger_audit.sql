-- The nightly self-audits of each organization's ledger, one a day of Asia/Shanghai.

CREATE TABLE ledger_audit (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  audit_day DATE NOT NULL,
  clean TINYINT NOT NULL,
  node_count BIGINT NOT NULL,
  entry_count BIGINT NOT NULL,
  finding_count BIGINT NOT NULL,
  start_us BIGINT NOT NULL,
  end_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, audit_day)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
