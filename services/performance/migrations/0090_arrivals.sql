-- Days whose figures have changed since their arrivals were counted, from noted_us on. Days from before are counted once.
CREATE TABLE arrival_day (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  noted_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, day),
  KEY arrival_day_by_time (noted_us)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO arrival_day SELECT DISTINCT org_id, shop_id, first_day, 0 FROM conversation;
