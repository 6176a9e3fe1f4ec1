-- The network, what is sold, how much there is, the ledger of every movement, and reservations.

CREATE TABLE node (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  external_id VARCHAR(100) NULL,
  display_name VARCHAR(200) NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parent_node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  region_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  latitude_micro_degrees INT NULL,
  longitude_micro_degrees INT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  capacity_units BIGINT NOT NULL,
  daily_throughput_units BIGINT NOT NULL,
  daily_rent_minor BIGINT NULL,
  daily_rent_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  operator_name VARCHAR(200) NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, node_id),
  UNIQUE KEY node_external (org_id, external_id),
  KEY node_parent (org_id, parent_node_id, node_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE sku (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code VARCHAR(100) NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  category VARCHAR(100) NOT NULL,
  barcode VARCHAR(100) NOT NULL,
  size_class VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  weight_grams BIGINT NOT NULL,
  length_mm INT NOT NULL,
  width_mm INT NOT NULL,
  height_mm INT NOT NULL,
  lot_tracked TINYINT NOT NULL,
  shelf_life_days INT NOT NULL,
  list_price_minor BIGINT NULL,
  list_price_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, sku_id),
  UNIQUE KEY sku_code (org_id, code),
  KEY sku_category (org_id, category, sku_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How much of (SKU, owner, node, condition) there is, over all lots and bins: the one row that reservations lock and count in.
-- The SKU leads the key, so that the availability of one SKU over the network is one short range.
-- available = on_hand - reserved for sellable stock, 0 otherwise; a column of its own, to be indexed.
CREATE TABLE stock_total (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stock_condition VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  on_hand BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  available BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org_id, sku_id, owner_id, node_id, stock_condition),
  KEY stock_total_node (org_id, node_id, sku_id, owner_id, stock_condition),
  KEY stock_total_low (org_id, stock_condition, available, node_id, sku_id, owner_id),
  CONSTRAINT stock_total_reserved CHECK (reserved >= 0 AND reserved <= on_hand),
  CONSTRAINT stock_total_available
    CHECK (available = CASE stock_condition WHEN 'SELLABLE' THEN on_hand - reserved ELSE 0 END),
  CONSTRAINT stock_total_sellable CHECK (reserved = 0 OR stock_condition = 'SELLABLE')
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The same stock by lot and bin. Sums over lots and bins equal stock_total.on_hand.
CREATE TABLE stock (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stock_condition VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  location VARCHAR(64) NOT NULL,
  on_hand BIGINT NOT NULL,
  PRIMARY KEY (org_id, sku_id, owner_id, node_id, stock_condition, lot, location),
  CONSTRAINT stock_on_hand CHECK (on_hand >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every movement, for ever: dense numbers and a SHA-256 chain per node.
CREATE TABLE ledger_entry (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stock_condition VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  location VARCHAR(64) NOT NULL,
  from_account VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  to_account VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity BIGINT NOT NULL,
  reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reference VARCHAR(100) NOT NULL,
  note VARCHAR(200) NOT NULL,
  business_date DATE NOT NULL,
  record_us BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  entry_sha256 BINARY(32) NOT NULL,
  PRIMARY KEY (org_id, node_id, entry_number),
  KEY ledger_entry_sku (org_id, node_id, sku_id, entry_number),
  CONSTRAINT ledger_entry_quantity CHECK (quantity > 0 AND from_account <> to_account)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The last entry of each node's chain; made with the node, so that it can always be locked.
CREATE TABLE ledger_chain (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  entry_sha256 BINARY(32) NOT NULL,
  PRIMARY KEY (org_id, node_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE reservation (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reservation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expire_us BIGINT NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, reservation_id),
  KEY reservation_due (state, expire_us)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE reservation_line (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reservation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_number INT NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (org_id, reservation_id, line_number)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
