-- Goods that come in: notices, returns, what was received by them, and the policies that decide. Goods between nodes: transfers.

-- line_list, JSON: [[SKU, owner, quantity, lot, expiry, expected day, received, damaged, unannounced, over tolerance], …]; days as
-- "2026-01-31", empty when there is none.
CREATE TABLE inbound_notice (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  notice_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document VARCHAR(100) NOT NULL,
  transfer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sender VARCHAR(200) NOT NULL,
  line_list MEDIUMTEXT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dock VARCHAR(64) NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, notice_id),
  KEY inbound_notice_node (org_id, node_id, state, notice_id),
  KEY inbound_notice_state (org_id, state, notice_id),
  CONSTRAINT inbound_notice_line_list CHECK (JSON_VALID(line_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- line_list, JSON: [[SKU, owner, quantity, received, intact, damaged, unannounced], …].
CREATE TABLE customer_return (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  return_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reservation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_list MEDIUMTEXT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, return_id),
  KEY customer_return_node (org_id, node_id, state, return_id),
  KEY customer_return_state (org_id, state, return_id),
  KEY customer_return_reservation (org_id, reservation_id, return_id),
  CONSTRAINT customer_return_line_list CHECK (JSON_VALID(line_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was taken from one line of a notice or return in one go, and what inspection decided about it.
CREATE TABLE inbound_receipt (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  receipt_number INT NOT NULL,
  line_number INT NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  expire_date DATE NULL,
  location VARCHAR(64) NOT NULL,
  stock_condition VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity BIGINT NOT NULL,
  uninspected BIGINT NOT NULL,
  sellable BIGINT NOT NULL,
  damaged BIGINT NOT NULL,
  quarantined BIGINT NOT NULL,
  to_vendor BIGINT NOT NULL,
  scrapped BIGINT NOT NULL,
  sample BIGINT NOT NULL,
  sample_failed BIGINT NOT NULL,
  receive_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, document_id, receipt_number),
  CONSTRAINT inbound_receipt_inspected CHECK (uninspected >= 0 AND quantity > 0
    AND uninspected + sellable + damaged + quarantined + to_vendor + scrapped IN (0, quantity))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who did what to a notice, return or transfer, and when; step_number is the version of the document that the step made.
CREATE TABLE document_step (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step_number BIGINT NOT NULL,
  verb VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  to_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note VARCHAR(200) NOT NULL,
  actor VARCHAR(256) NOT NULL,
  step_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, document_id, step_number)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- node_id '' is the organization's own. body: the policy of the contract, serialized. A version is never changed; in force is the
-- one with the latest effective_us, then the highest version. The one that ships with the product is in the program.
CREATE TABLE inbound_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  effective_us BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  create_us BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, node_id, version)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- line_list, JSON: [[SKU, owner, condition, quantity, lot, bin, received, damaged, short, over,
-- [[lot, bin, quantity, in transit], …]], …].
CREATE TABLE stock_transfer (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transfer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  to_node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_list MEDIUMTEXT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  expected_date DATE NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  notice_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dispatch_us BIGINT NULL,
  receive_us BIGINT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, transfer_id),
  KEY stock_transfer_from (org_id, from_node_id, state, transfer_id),
  KEY stock_transfer_to (org_id, to_node_id, state, transfer_id),
  KEY stock_transfer_state (org_id, state, transfer_id),
  CONSTRAINT stock_transfer_line_list CHECK (JSON_VALID(line_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What lies in a bin.
ALTER TABLE stock ADD KEY stock_location (org_id, node_id, location);
