-- What is on the way to a node counts in its total; the lines of a reservation stand in its row, so that a fold of many reservations
-- writes one row each.

ALTER TABLE stock_total ADD COLUMN in_transit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stock_total ADD CONSTRAINT stock_total_in_transit CHECK (in_transit >= 0);

-- JSON: [[node, SKU, owner, quantity, shipped], …] in the order of the request.
ALTER TABLE reservation ADD COLUMN line_list MEDIUMTEXT NULL;
SET SESSION group_concat_max_len = 1000000;
UPDATE reservation AS r SET line_list = (
  SELECT CONCAT('[', GROUP_CONCAT(JSON_ARRAY(l.node_id, l.sku_id, l.owner_id, l.quantity, 0) ORDER BY l.line_number), ']')
  FROM reservation_line AS l WHERE l.org_id = r.org_id AND l.reservation_id = r.reservation_id);
ALTER TABLE reservation MODIFY COLUMN line_list MEDIUMTEXT NOT NULL,
  ADD CONSTRAINT reservation_line_list CHECK (JSON_VALID(line_list));
DROP TABLE reservation_line;
