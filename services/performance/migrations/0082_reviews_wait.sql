-- A review of an order that is not there waits for it, as a refund does.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT r.org_id, r.shop_id, r.day, d.definition_id, 1 FROM review r
JOIN shop_definition d ON d.org_id = r.org_id AND d.shop_id = r.shop_id
LEFT JOIN sales_order o ON o.org_id = r.org_id AND o.shop_id = r.shop_id AND o.order_id = r.order_id WHERE o.order_id IS NULL
ON DUPLICATE KEY UPDATE marks = marks + 1;
