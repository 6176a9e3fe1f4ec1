-- What the warehouse says it shipped of an order, by SKU: from which house and of which lot. `mixed`
-- when pieces came from several: nobody can tell which of them is complained about, so such a line
-- counts nowhere.
CREATE TABLE shipped_line (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku      VARCHAR(64) NOT NULL,
  node_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot      VARCHAR(64) NOT NULL, -- '': not kept by lot
  ship_day DATE NOT NULL,        -- the first one, in the node's zone
  pieces   BIGINT NOT NULL,
  mixed    BOOLEAN NOT NULL,
  PRIMARY KEY (org_id, shop_id, order_id, sku),
  -- The days of a series, and all series, without the rows.
  KEY shipped_series (org_id, sku, node_id, lot, ship_day, mixed, pieces),
  KEY shipped_day (org_id, ship_day, shop_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The cases of a period.
CREATE INDEX case_received ON aftersales_case (org_id, receive_us, shop_id);

-- How lots are looked at. Versions never change; the latest holds. org_id '' is the shipped one.
CREATE TABLE bad_lot_policy (
  org_id              VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version             INT NOT NULL,
  period_days         INT NOT NULL,
  horizon_days        INT NOT NULL,
  false_discovery_bps INT NOT NULL,
  least_cases         INT NOT NULL,
  kinds               VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- names, comma-separated
  actor               VARCHAR(256) NOT NULL,
  create_us           BIGINT NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One look a day and organization: what its findings were made from.
CREATE TABLE bad_lot_look (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  look_day       DATE NOT NULL, -- the last day that it knew
  policy_org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version INT NOT NULL,
  series         BIGINT NOT NULL, -- how many were tested
  delays         MEDIUMTEXT NOT NULL, -- share of complaints by day 0, 1, … after shipment, space-separated
  create_us      BIGINT NOT NULL,
  PRIMARY KEY (org_id, look_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE bad_lot_warning (
  org_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  warning_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku              VARCHAR(64) NOT NULL,
  node_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot              VARCHAR(64) NOT NULL,
  episode          INT NOT NULL, -- 1, and more when a series is suspected again after it was judged
  state            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  since_day        DATE NOT NULL,
  earliest_day     DATE NOT NULL,
  latest_day       DATE NOT NULL,
  last_day         DATE NOT NULL,
  pieces           BIGINT NOT NULL,
  other_pieces     BIGINT NOT NULL,
  cases            BIGINT NOT NULL,
  other_cases      BIGINT NOT NULL,
  statistic        DOUBLE NOT NULL,
  expected_cases   DOUBLE NOT NULL,
  p_value          DOUBLE NOT NULL,
  adjusted_p_value DOUBLE NOT NULL,
  ratio            DOUBLE NULL,
  ratio_low        DOUBLE NOT NULL,
  ratio_high       DOUBLE NULL,
  first_look_day   DATE NOT NULL,
  look_day         DATE NOT NULL, -- the last look that found it
  judged_to        DATE NULL,     -- what was shipped by this day is judged
  note             TEXT NOT NULL,
  actor            VARCHAR(256) NOT NULL,
  judge_us         BIGINT NULL,
  version          BIGINT NOT NULL,
  create_us        BIGINT NOT NULL,
  update_us        BIGINT NOT NULL,
  PRIMARY KEY (org_id, warning_id),
  UNIQUE KEY warning_series (org_id, sku, node_id, lot, episode)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The rows behind a warning as its last look saw them: every day of the series, and the complaints
-- about what was shipped on it.
CREATE TABLE bad_lot_day (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  warning_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ship_day   DATE NOT NULL,
  pieces     BIGINT NOT NULL,
  cases      BIGINT NOT NULL,
  exposure   DOUBLE NOT NULL, -- pieces by the share of complaints that have come
  PRIMARY KEY (org_id, warning_id, ship_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE bad_lot_case (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  warning_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ship_day    DATE NOT NULL,
  receive_day DATE NOT NULL, -- in the shop's zone
  PRIMARY KEY (org_id, warning_id, case_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
