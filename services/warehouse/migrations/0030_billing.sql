-- Owners of stock, what was agreed, what was settled, and space let to others. The ledger itself gets no index: reservations write to it
-- all the time. What billing needs of it, the entries that cross the border of stock, is copied into billing_entry when it is asked
-- for, node by node, from where the last copy ended.

CREATE TABLE stock_owner (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, owner_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Versions of what was agreed: terms of an owner (subject OWNER) or the contract of a node (subject NODE), as the contract's message.
CREATE TABLE agreement (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  effective_from DATE NOT NULL,
  body MEDIUMBLOB NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, subject, subject_id, version)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who copies or closes locks the organization's row; who computes shares it.
CREATE TABLE billing_book (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far a node's ledger is copied.
CREATE TABLE billing_position (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  PRIMARY KEY (org_id, node_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Ledger entries between a stock account (FREE, RESERVED, IN_TRANSIT) and another, and arrivals (IN_TRANSIT to FREE), in the order in
-- which settlements read them. delta is what they add to the owner's stock: arrivals nothing.
CREATE TABLE billing_entry (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  business_date DATE NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_account VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  to_account VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  in_house TINYINT NOT NULL,
  quantity BIGINT NOT NULL,
  delta BIGINT NOT NULL,
  reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reference VARCHAR(100) NOT NULL,
  PRIMARY KEY (org_id, owner_id, business_date, node_id, entry_number),
  KEY billing_entry_node (org_id, node_id, business_date, entry_number)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The sum of billing_entry over all days: what the owner has at the node or on the way to it, and what of it lies there (FREE, RESERVED).
CREATE TABLE billing_level (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  in_house TINYINT NOT NULL,
  pieces BIGINT NOT NULL,
  pieces_here BIGINT NOT NULL,
  PRIMARY KEY (org_id, owner_id, sku_id, node_id),
  KEY billing_level_node (org_id, node_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Entries that were written into a period after it was closed, and the settlement that corrects it for them; '' until there is one.
CREATE TABLE billing_late (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  business_date DATE NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  settlement_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, owner_id, business_date, node_id, entry_number),
  KEY billing_late_settlement (org_id, owner_id, settlement_id, business_date)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Closed settlements. Rows are never changed.
CREATE TABLE settlement (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  settlement_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_date DATE NOT NULL,
  last_date DATE NOT NULL,
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  settlement_sha256 BINARY(32) NOT NULL,
  previous_sha256 BINARY(32) NOT NULL,
  close_us BIGINT NOT NULL,
  closed_by VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, settlement_id),
  UNIQUE KEY settlement_period (org_id, owner_id, first_date)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE settlement_line (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  settlement_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_number INT NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  vendor_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_date DATE NOT NULL,
  last_date DATE NOT NULL,
  due_date DATE NOT NULL,
  terms_version BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  volume_mm3 BIGINT NOT NULL,
  size_class VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  price_minor BIGINT NOT NULL,
  price_per BIGINT NOT NULL,
  commission_bps INT NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  correction TINYINT NOT NULL,
  PRIMARY KEY (org_id, settlement_id, line_number),
  KEY settlement_line_days (org_id, owner_id, first_date)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE space_lease (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tenant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  area_dm2 BIGINT NOT NULL,
  capacity_units BIGINT NOT NULL,
  price_period VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  price_minor BIGINT NOT NULL,
  price_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NULL,
  deposit_minor BIGINT NULL,
  deposit_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, lease_id),
  KEY space_lease_node (org_id, node_id, lease_id),
  KEY space_lease_tenant (org_id, tenant_id, lease_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
