-- Versions of policies whose cases are still to be set anew, from their effective time on. Cases are walked in
-- order of their ids, and once more a little later for what was being written meanwhile.
CREATE TABLE sla_change (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version       INT NOT NULL,
  shop_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every shop
  effective_us  BIGINT NOT NULL,
  next_us       BIGINT NOT NULL, -- when the job goes on, or never
  walk_us       BIGINT NOT NULL, -- when this walk began
  after_case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- up to this one all are set
  PRIMARY KEY (org_id, policy_id, version),
  KEY sla_change_next (next_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
