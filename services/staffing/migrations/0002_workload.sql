-- Arrivals by half hour, special days, campaigns, and the policies of staffing.

-- A half hour without a row is 0 on a day that has rows, and not known on one that has none.
CREATE TABLE arrivals (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_us       BIGINT NOT NULL,
  arrivals       BIGINT NOT NULL,
  answered       BIGINT NOT NULL,
  abandoned      BIGINT NOT NULL,
  handle_seconds BIGINT NOT NULL,
  wait_seconds   BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, channel, start_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE calendar_day (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day        DATE NOT NULL,
  kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name       VARCHAR(200) NOT NULL,
  uplift_bps INT NOT NULL,
  update_us  BIGINT NOT NULL,
  actor      VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE campaign (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name        VARCHAR(200) NOT NULL,
  first_day   DATE NOT NULL,
  last_day    DATE NOT NULL,
  uplift_bps  INT NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': all shops
  update_us   BIGINT NOT NULL,
  actor       VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, campaign_id),
  KEY campaign_days (org_id, first_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The last version given out; the row that serializes new ones.
CREATE TABLE staffing_policy_head (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Never changed. shop_id '': all shops without a policy of their own.
CREATE TABLE staffing_policy (
  org_id                   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id                  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel                  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version                  BIGINT NOT NULL,
  effective_from           DATE NOT NULL,
  service_level_bps        INT NOT NULL,
  answer_seconds           INT NOT NULL,
  max_occupancy_bps        INT NOT NULL,
  max_abandoned_bps        INT NOT NULL,
  shrinkage_bps            INT NOT NULL,
  min_seats                INT NOT NULL,
  model                    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  concurrent_contacts      INT NOT NULL,
  slow_down_bps            INT NOT NULL,
  default_handle_seconds   INT NOT NULL,
  default_patience_seconds INT NOT NULL,
  history_days             INT NOT NULL,
  half_life_days           INT NOT NULL,
  trend_bps                INT NOT NULL,
  band_bps                 INT NOT NULL,
  holiday_calendar         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  create_us                BIGINT NOT NULL,
  actor                    VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, shop_id, channel, version),
  KEY staffing_policy_begin (org_id, shop_id, channel, effective_from, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
