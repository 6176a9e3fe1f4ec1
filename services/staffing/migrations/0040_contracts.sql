-- Contracts with bases and agencies, their breaches and issued invoices. Instants are microseconds
-- UTC; months are first days; bodies are messages of the contract.

CREATE TABLE contract (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the merchant
  contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '' of an agency
  first_day   DATE NOT NULL,
  last_day    DATE NOT NULL, -- the last one in force, also when ended before
  body        MEDIUMBLOB NOT NULL, -- Contract
  version     BIGINT NOT NULL,
  create_us   BIGINT NOT NULL,
  update_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, contract_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE contract_shop (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, contract_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE contract_breach (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  breach_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month       DATE NOT NULL,
  cause       VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- once in a month
  state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body        MEDIUMBLOB NOT NULL, -- Breach
  create_us   BIGINT NOT NULL,
  update_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, contract_id, breach_id),
  UNIQUE KEY contract_breach_cause (org_id, contract_id, month, cause)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE contract_invoice (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month       DATE NOT NULL,
  body        MEDIUMBLOB NOT NULL, -- Invoice
  actor       VARCHAR(256) NOT NULL,
  create_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, contract_id, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
