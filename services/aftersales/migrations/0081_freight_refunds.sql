-- What of a refund gives back the freight of the first shipment: no order gets it back twice.
ALTER TABLE payment ADD COLUMN freight_minor BIGINT NOT NULL DEFAULT 0;

-- What a platform has decided about an order is looked for when a return of it is decided.
ALTER TABLE aftersales_case ADD KEY case_order (org_id, shop_id, order_id);
