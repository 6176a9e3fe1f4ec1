-- Who had paid before asking is no loss: what was computed before is computed again.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT r.org_id, r.shop_id, r.day, d.definition_id, 1
FROM day_rollup r JOIN shop_definition d ON d.org_id = r.org_id AND d.shop_id = r.shop_id
ON DUPLICATE KEY UPDATE marks = marks + 1;
