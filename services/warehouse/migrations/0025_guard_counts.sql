-- Reservations ask the sales guards: which SKUs have any, and which count a reservation is part of. The counts stand in
-- reservation.line_list, behind [node, SKU, owner, quantity, shipped]: count_number of the guard of all channels, and of the
-- channel's own; nothing where no guard counts the line.

ALTER TABLE sku ADD COLUMN guarded TINYINT NOT NULL DEFAULT 0;

UPDATE sku SET guarded = 1
  WHERE EXISTS (SELECT 1 FROM sales_guard AS g WHERE g.org_id = sku.org_id AND g.sku_id = sku.sku_id);

ALTER TABLE sales_guard ADD COLUMN count_number BIGINT NOT NULL DEFAULT 1;
