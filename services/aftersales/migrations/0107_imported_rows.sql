-- What was sent under a number, so that the same number with other contents is told from a repeat: of each thing that the row
-- said 16 hexadecimal digits of a hash. Rows that came in before are not known by it.
CREATE TABLE imported_row (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  external_id VARCHAR(200) NOT NULL,
  digests     TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- separated by spaces
  PRIMARY KEY (org_id, shop_id, kind, external_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
