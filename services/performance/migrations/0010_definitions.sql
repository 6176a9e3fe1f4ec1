-- Definitions that organizations have published; the shipped ones are in the program. body is a kefu.performance.v1.MetricDefinition.
CREATE TABLE metric_definition (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (org_id, definition_id, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The definitions, with version ("jd@1"), by which a shop's days are computed. From here on definition_id names the version everywhere.
CREATE TABLE shop_definition (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, definition_id),
  KEY shop_definition_by_definition (org_id, definition_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO shop_definition (org_id, shop_id, definition_id)
SELECT org_id, shop_id, 'default@1' FROM shop_settings;
INSERT INTO shop_definition (org_id, shop_id, definition_id)
SELECT org_id, shop_id, 'jd@1' FROM shop_settings WHERE platform = 'PLATFORM_JD';
INSERT INTO shop_definition (org_id, shop_id, definition_id)
SELECT org_id, shop_id, 'taobao@1' FROM shop_settings WHERE platform IN ('PLATFORM_TMALL', 'PLATFORM_TAOBAO');
UPDATE day_rollup SET definition_id = 'default@1' WHERE definition_id = 'default';
UPDATE order_credit SET definition_id = 'default@1' WHERE definition_id = 'default';

-- Each definition's figures of a day are computed by themselves. New measures have come: all days are computed again.
ALTER TABLE dirty_day ADD COLUMN definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'default@1' AFTER day,
  DROP PRIMARY KEY, ADD PRIMARY KEY (org_id, shop_id, day, definition_id);
ALTER TABLE dirty_day ALTER COLUMN definition_id DROP DEFAULT;
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT r.org_id, r.shop_id, r.day, d.definition_id, 1
FROM day_rollup r JOIN shop_definition d ON d.org_id = r.org_id AND d.shop_id = r.shop_id
ON DUPLICATE KEY UPDATE marks = marks + 1;
