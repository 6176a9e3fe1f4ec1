-- Late shipments are listed without reading the orders between them.
CREATE INDEX sales_order_late ON sales_order (org_id, shop_id, late_shipment, create_day, order_id);
