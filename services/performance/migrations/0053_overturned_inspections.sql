-- Of two inspections of an agent in a conversation the first that stands counts.
ALTER TABLE inspection ADD COLUMN overturned TINYINT NOT NULL DEFAULT 0 AFTER counts;
UPDATE inspection i JOIN (
  SELECT org_id, shop_id, conversation_id, agent_id, MIN(inspection_id) AS first_id FROM inspection
  GROUP BY org_id, shop_id, conversation_id, agent_id) f
  ON f.org_id = i.org_id AND f.shop_id = i.shop_id AND f.first_id = i.inspection_id
SET i.overturned = 1 WHERE i.counts = 0;
