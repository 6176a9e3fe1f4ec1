-- The lots of SKUs: until when they may be sold, and whether they were called back. The dates of lots that came before are not known.

CREATE TABLE lot (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  expiry_date DATE NULL,
  made_date DATE NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, sku_id, lot),
  KEY lot_expiry (org_id, expiry_date, sku_id, lot),
  CONSTRAINT lot_dates CHECK (made_date IS NULL OR expiry_date IS NULL OR made_date <= expiry_date)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO lot (org_id, sku_id, lot, expiry_date, made_date, state, version, create_us, update_us)
  SELECT DISTINCT org_id, sku_id, lot, NULL, NULL, 'ACTIVE', 1, 0, 0 FROM stock WHERE lot <> '';
