-- Goods on their way out: waves, shipments, pick tasks, manifests; counts; and the policy they follow.

CREATE TABLE wave (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wave_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  carrier VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cutoff_us BIGINT NOT NULL,      -- 0: any
  max_orders INT NOT NULL,
  max_pieces BIGINT NOT NULL,
  grouping_name VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  zone_list TEXT NOT NULL,        -- JSON: ["A", …]; none: all
  shipment_count INT NOT NULL,
  piece_count BIGINT NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, wave_id),
  KEY wave_node (org_id, node_id, state, wave_id),
  CONSTRAINT wave_zone_list CHECK (JSON_VALID(zone_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE shipment (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shipment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reservation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wave_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- '': in none
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  carrier VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cutoff_us BIGINT NOT NULL,                                               -- 0: none
  waybill VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  manifest_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- '': not handed over
  line_list MEDIUMTEXT NOT NULL,    -- JSON: [[SKU, owner, quantity, picked, shipped], …]
  carton_list MEDIUMTEXT NOT NULL,  -- JSON: [[code, grams, [[SKU, owner, lot, quantity], …]], …]
  policy_version BIGINT NOT NULL,   -- of the check of weights; 0: the shipped one
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, shipment_id),
  KEY shipment_node (org_id, node_id, state, shipment_id),
  KEY shipment_reservation (org_id, reservation_id, shipment_id),
  KEY shipment_wave (org_id, wave_id, shipment_id),
  KEY shipment_manifest (org_id, manifest_id, shipment_id),
  CONSTRAINT shipment_line_list CHECK (JSON_VALID(line_list)),
  CONSTRAINT shipment_carton_list CHECK (JSON_VALID(carton_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One visit to one bin: so many pieces of one stock row to the staging place, or from there back.
CREATE TABLE pick_task (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shipment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wave_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  location VARCHAR(64) NOT NULL,
  quantity BIGINT NOT NULL,
  done BIGINT NOT NULL,
  short_reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor VARCHAR(256) NOT NULL,  -- who did it; '' while open
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, task_id),
  KEY pick_task_wave (org_id, wave_id, state, task_id),
  KEY pick_task_shipment (org_id, shipment_id, task_id),
  KEY pick_task_node (org_id, node_id, state, update_us, sku_id),
  KEY pick_task_lot (org_id, sku_id, lot, state, task_id),
  CONSTRAINT pick_task_quantity CHECK (quantity > 0 AND done >= 0 AND done <= quantity)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What a carrier took along at once.
CREATE TABLE manifest (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  manifest_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  carrier VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document VARCHAR(100) NOT NULL,
  shipment_count INT NOT NULL,
  carton_count INT NOT NULL,
  piece_count BIGINT NOT NULL,
  weight_grams BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, manifest_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE stock_count (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  count_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  blind TINYINT NOT NULL,
  cause VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note VARCHAR(200) NOT NULL,
  policy_version BIGINT NOT NULL,  -- the tolerances; 0: the shipped ones
  approver VARCHAR(256) NOT NULL,  -- '' until approved
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, count_id),
  KEY stock_count_node (org_id, node_id, state, count_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE stock_count_line (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  count_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_number INT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stock_condition VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  location VARCHAR(64) NOT NULL,
  snapshot_quantity BIGINT NOT NULL,  -- on hand when the count was made,
  snapshot_entry BIGINT NOT NULL,     -- … after this entry of the node's chain
  held BIGINT NOT NULL,               -- pieces that a short pick did not find: allocated to this line until it is closed
  attempt_list MEDIUMTEXT NOT NULL,   -- JSON: [[counter, counted, expected, microseconds, entry], …]
  PRIMARY KEY (org_id, count_id, line_number),
  CONSTRAINT stock_count_line_held CHECK (held >= 0),
  CONSTRAINT stock_count_line_attempts CHECK (JSON_VALID(attempt_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Each version as it was set, for ever; the last one holds. Version 0, the shipped one, is in the program.
CREATE TABLE outbound_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  body MEDIUMTEXT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
