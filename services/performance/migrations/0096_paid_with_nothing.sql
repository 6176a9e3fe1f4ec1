-- An order of which nothing was paid is not sold: it has no sum, as one without any payment.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT o.org_id, o.shop_id, o.pay_day, d.definition_id, 1
FROM sales_order o JOIN shop_definition d ON d.org_id = o.org_id AND d.shop_id = o.shop_id
WHERE o.paid_minor = 0 AND o.pay_day IS NOT NULL
ON DUPLICATE KEY UPDATE marks = marks + 1;
UPDATE sales_order SET paid_minor = NULL WHERE paid_minor = 0;
