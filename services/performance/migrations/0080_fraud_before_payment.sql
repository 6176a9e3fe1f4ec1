-- What a fraudulent customer pays on the days after a conversation does not count either: orders are judged again as their days are
-- screened.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT org_id, shop_id, first_day, '!screen', 1 FROM exclusion WHERE exclusion = 'FRAUD'
ON DUPLICATE KEY UPDATE marks = marks + 1;
