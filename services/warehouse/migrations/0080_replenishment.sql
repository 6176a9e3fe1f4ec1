-- Demand by day, the policies by which orders are planned, and the plans made.

-- node_id '' is demand of the whole network. series_kind: SKU or CATEGORY; series_id its id or name. A day on which no series of a
-- node has a row is not known; a series without a row on a known day sold nothing.
CREATE TABLE demand_day (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  series_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  series_id VARCHAR(100) NOT NULL,
  day DATE NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (org_id, series_kind, node_id, series_id, day),
  KEY demand_day_known (org_id, series_kind, node_id, day),
  CONSTRAINT demand_day_quantity CHECK (quantity >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The last version given out; the row that serializes new ones.
CREATE TABLE replenishment_policy_head (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- body: JSON of the contract's ReplenishmentPolicy.
CREATE TABLE replenishment_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  body MEDIUMTEXT NOT NULL,
  create_us BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, version),
  CONSTRAINT replenishment_policy_body CHECK (JSON_VALID(body))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- body: JSON of the contract's ReplenishmentPlan.
CREATE TABLE replenishment_plan (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMTEXT NOT NULL,
  create_us BIGINT NOT NULL,
  actor VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, plan_id),
  CONSTRAINT replenishment_plan_body CHECK (JSON_VALID(body))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- body: the contract's ReplenishmentLine, serialized; a plan is written once and never changed.
CREATE TABLE replenishment_line (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  plan_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_number INT NOT NULL,
  has_order TINYINT NOT NULL,
  body VARBINARY(4000) NOT NULL,
  PRIMARY KEY (org_id, plan_id, line_number),
  KEY replenishment_line_order (org_id, plan_id, has_order, line_number)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
