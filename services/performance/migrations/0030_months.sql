-- Sums of whole months, so that a month is read in one row a subject and not in thirty-one.
CREATE TABLE month_rollup (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  subject_kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  measures VARBINARY(1024) NOT NULL,
  histogram MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, definition_id, month, subject_kind, subject_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Of every month with a day that has ever had figures. version grows in the transaction of each change of such a day; the month's sums
-- hold as long as summed equals it.
CREATE TABLE month_state (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  version BIGINT NOT NULL,
  summed BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, definition_id, month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO month_state (org_id, shop_id, definition_id, month, version, summed)
SELECT DISTINCT org_id, shop_id, definition_id, day - INTERVAL (DAYOFMONTH(day) - 1) DAY, 1, 0 FROM day_rollup;
