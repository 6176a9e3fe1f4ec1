-- Corrections of stock, the numbers of stock control, repairs and who answers for broken pieces of a chain.

CREATE TABLE stock_adjustment (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  adjustment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_list MEDIUMTEXT NOT NULL,  -- JSON
  note VARCHAR(200) NOT NULL,
  author VARCHAR(256) NOT NULL,
  decided_by VARCHAR(256) NOT NULL,
  decision_note VARCHAR(200) NOT NULL,
  measured_pieces BIGINT NOT NULL,
  measured_values TEXT NOT NULL,  -- JSON: [[minor units, currency], …]
  policy_version BIGINT NOT NULL,
  business_date DATE NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, adjustment_id),
  KEY stock_adjustment_node (org_id, node_id, adjustment_id),
  KEY stock_adjustment_state (org_id, state, adjustment_id),
  CONSTRAINT stock_adjustment_lines CHECK (JSON_VALID(line_list) AND JSON_VALID(measured_values))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The last version given out; the row that serializes new ones.
CREATE TABLE stock_policy_head (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Each version as it was set, for ever; the last one holds. Version 0, the shipped one, is in the program.
CREATE TABLE stock_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  body MEDIUMTEXT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, version),
  CONSTRAINT stock_policy_body CHECK (JSON_VALID(body))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What a repair wrote, apart from the ledger: rows as they stood and as they stand.
CREATE TABLE stock_repair (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  repair_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  row_number_in BIGINT NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stock_condition VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  location VARCHAR(64) NOT NULL,
  before_values VARCHAR(100) NOT NULL,  -- on hand/reserved/in transit
  after_values VARCHAR(100) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  actor VARCHAR(256) NOT NULL,
  record_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, repair_id, row_number_in)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Pieces of chains that are broken and that somebody answers for.
CREATE TABLE ledger_attestation (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attestation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_entry BIGINT NOT NULL,
  to_entry BIGINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  actor VARCHAR(256) NOT NULL,
  record_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, node_id, attestation_id),
  CONSTRAINT ledger_attestation_range CHECK (from_entry > 0 AND from_entry <= to_entry)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The stock of a node by lot and bin is read in one range when it is verified.
ALTER TABLE stock ADD KEY stock_node (org_id, node_id, sku_id, owner_id, stock_condition, lot, location);
