-- Links to taobao.com's short and tmall.hk's pages are the platforms' own: what was taken for advertisement by links is looked at again.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT e.org_id, e.shop_id, e.first_day, '!screen', 1 FROM exclusion e WHERE e.rule_id = 'one-sided-links'
ON DUPLICATE KEY UPDATE marks = marks + 1;
