-- Who bought and for how much, beside the body, so that earlier purchases are found and money is added up by SQL. Orders stored before
-- are filled by the service when it starts; customer_id stays '' until then. Days computed before are marked by 0040.
ALTER TABLE sales_order
  ADD COLUMN customer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD COLUMN paid_minor BIGINT NULL,
  ADD KEY sales_order_by_customer (org_id, shop_id, customer_id, pay_day);
