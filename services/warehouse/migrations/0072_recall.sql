-- Recalls of lots; the lot's own row says whether it may go out. Stock by lot, and by bin.

CREATE TABLE lot_recall (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recall_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sku_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot VARCHAR(64) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quarantine_list MEDIUMTEXT NOT NULL,  -- JSON: [[node, owner, bin, quantity], …]
  actor VARCHAR(256) NOT NULL,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, recall_id),
  KEY lot_recall_lot (org_id, sku_id, lot, recall_id),
  CONSTRAINT lot_recall_quarantine CHECK (JSON_VALID(quarantine_list))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Stock of a lot at every node, and of every lot that has ended.
ALTER TABLE stock ADD KEY stock_lot (org_id, sku_id, lot, stock_condition);
-- What lies in a bin, and at a node.
ALTER TABLE stock ADD KEY stock_bin (org_id, node_id, location, sku_id);
