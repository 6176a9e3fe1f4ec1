-- Rules of promises, allocation and slotting as versions; bins of nodes; what is ordered together; what nodes have taken on a day.

-- body: the serialized policy of the contract. A version is never changed; the one that counts on a day is that with the latest
-- effective_from, then the highest version.
CREATE TABLE fulfilment_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_key VARCHAR(130) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  effective_from DATE NOT NULL,
  body MEDIUMBLOB NOT NULL,
  create_us BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, kind, policy_key, version)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- size_classes: their names with commas between; empty takes all.
CREATE TABLE bin (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  location VARCHAR(64) NOT NULL,
  aisle VARCHAR(64) NOT NULL,
  aisle_position INT NOT NULL,
  distance_cm BIGINT NOT NULL,
  capacity_cm3 BIGINT NOT NULL,
  size_classes VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  temperature_zone VARCHAR(32) NOT NULL,
  closed TINYINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, node_id, location)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- first_key < second_key.
CREATE TABLE affinity (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  level VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_key VARCHAR(100) NOT NULL,
  second_key VARCHAR(100) NOT NULL,
  orders BIGINT NOT NULL,
  PRIMARY KEY (org_id, level, first_key, second_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Pieces that a node was given by allocation on a day of its zone.
CREATE TABLE node_day_load (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  load_day DATE NOT NULL,
  units BIGINT NOT NULL,
  PRIMARY KEY (org_id, node_id, load_day),
  CONSTRAINT node_day_load_units CHECK (units >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
