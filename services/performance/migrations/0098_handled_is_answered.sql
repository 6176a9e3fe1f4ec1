-- A conversation in which no agent wrote is handled by nobody: what was computed before is computed again.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT r.org_id, r.shop_id, r.day, d.definition_id, 1
FROM day_rollup r JOIN shop_definition d ON d.org_id = r.org_id AND d.shop_id = r.shop_id
ON DUPLICATE KEY UPDATE marks = marks + 1;

-- Inspections that were recorded after all earlier ones of their agent and conversation were overturned count.
UPDATE inspection i LEFT JOIN inspection e ON e.org_id = i.org_id AND e.shop_id = i.shop_id AND e.conversation_id = i.conversation_id
  AND e.agent_id = i.agent_id AND e.overturned = 0 AND (e.inspect_us, e.inspection_id) < (i.inspect_us, i.inspection_id)
SET i.counts = 1
WHERE i.counts = 0 AND i.overturned = 0 AND i.wrote = 1 AND i.day IS NOT NULL AND e.inspection_id IS NULL;
