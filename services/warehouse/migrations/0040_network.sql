-- How the network is run, by version, and what nodes say of each other's trades.

-- The last version given out; the row that serializes new ones.
CREATE TABLE network_policy_head (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- body: JSON of what depends on the mode. Of the versions in force on a day the one that began last counts, of these the newest.
CREATE TABLE network_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  effective_from DATE NOT NULL,
  mode VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMTEXT NOT NULL,
  create_us BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, version),
  KEY network_policy_day (org_id, effective_from, version),
  CONSTRAINT network_policy_body CHECK (JSON_VALID(body))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A node's word on a trade entry of a ledger; entry_sha256 is the hash as the node knows it.
CREATE TABLE trade_ack (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  witness_node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_sha256 BINARY(32) NOT NULL,
  verdict VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(200) NOT NULL,
  actor VARCHAR(256) NOT NULL,
  ack_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, entry_node_id, entry_number, witness_node_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
