-- Pay. An empty shop_id is the organization over all of its shops. Bodies are kefu.performance.v1 messages.
CREATE TABLE pay_plan (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  pay_plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  effective_from DATE NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, version),
  UNIQUE KEY pay_plan_by_id (org_id, pay_plan_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What is closed; its row is locked by whoever closes a month or changes what months are computed from.
CREATE TABLE pay_book (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  closed_month DATE NULL,
  PRIMARY KEY (org_id, shop_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Closed months; never changed.
CREATE TABLE pay_period (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  body BLOB NOT NULL,
  plan_body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE pay_statement (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  sources MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, month, agent_id),
  KEY pay_statement_by_agent (org_id, shop_id, agent_id, month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What closed months have corrected of earlier ones.
CREATE TABLE pay_correction (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  of_month DATE NOT NULL,
  amount_minor BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, month, agent_id, of_month),
  KEY pay_correction_of_month (org_id, shop_id, of_month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE pay_entry (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pay_entry_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, pay_entry_id),
  KEY pay_entry_by_month (org_id, shop_id, month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
