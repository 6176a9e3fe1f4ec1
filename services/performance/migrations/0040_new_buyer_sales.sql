-- Days computed before sales of new buyers were a measure of their own are computed again.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT org_id, shop_id, day, definition_id, 1 FROM day_rollup
ON DUPLICATE KEY UPDATE marks = marks + 1;
