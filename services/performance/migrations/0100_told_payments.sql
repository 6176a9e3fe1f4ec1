-- What an order says itself of its payment, where payments told apart stand above it: its body in sales_order is paid as they say. Of
-- orders from before this it is not known: they say nothing.
CREATE TABLE order_told (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body VARBINARY(255) NOT NULL,
  PRIMARY KEY (org_id, shop_id, order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO order_told (org_id, shop_id, order_id, body)
SELECT DISTINCT p.org_id, p.shop_id, p.order_id, ''
FROM payment p JOIN sales_order o ON o.org_id = p.org_id AND o.shop_id = p.shop_id AND o.order_id = p.order_id;
