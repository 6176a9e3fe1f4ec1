-- How much of an SKU a sales channel may take.

CREATE TABLE sales_guard (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- '': all channels together
  node_list MEDIUMTEXT NOT NULL,  -- JSON: [node, …]; none: everywhere
  cap BIGINT NULL,
  safety_quantity BIGINT NOT NULL,
  ignores_safety TINYINT NOT NULL,
  start_us BIGINT NOT NULL,
  end_us BIGINT NOT NULL,
  used BIGINT NOT NULL,           -- pieces of reservations made in the window and not given back
  counted_from_us BIGINT NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, sku_id, owner_id, channel),
  CONSTRAINT sales_guard_numbers CHECK ((cap IS NULL OR cap >= 0) AND safety_quantity >= 0 AND used >= 0),
  CONSTRAINT sales_guard_nodes CHECK (JSON_VALID(node_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
