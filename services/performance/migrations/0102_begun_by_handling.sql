-- Conversations, and their ratings, count on the day on which they are listed: that of their first message or handling.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT r.org_id, r.shop_id, r.day, d.definition_id, 1
FROM conversation_span s
JOIN day_rollup r ON r.org_id = s.org_id AND r.shop_id = s.shop_id AND r.day BETWEEN s.first_day AND s.last_day
JOIN shop_definition d ON d.org_id = r.org_id AND d.shop_id = r.shop_id
ON DUPLICATE KEY UPDATE marks = marks + 1;
