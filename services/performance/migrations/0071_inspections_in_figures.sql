-- Inspections are part of the figures of their day.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT i.org_id, i.shop_id, i.day, d.definition_id, 1
FROM inspection i JOIN shop_definition d ON d.org_id = i.org_id AND d.shop_id = i.shop_id
ON DUPLICATE KEY UPDATE marks = marks + 1;
