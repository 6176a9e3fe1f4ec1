-- Orders as the ERP or the platform tells them. The later state of an order counts: told_us.
CREATE TABLE sales_order (
  org_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  customer_id      VARCHAR(200) NOT NULL, -- '': not told
  currency_code    VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  paid_minor       BIGINT NOT NULL, -- freight included
  freight_minor    BIGINT NOT NULL,
  create_us        BIGINT NOT NULL,
  pay_us           BIGINT NULL,
  promised_ship_us BIGINT NULL,
  ship_us          BIGINT NULL,
  sign_us          BIGINT NULL,
  waybill          VARCHAR(64) NOT NULL,
  carrier          VARCHAR(64) NOT NULL,
  reservation_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  agent_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': nobody
  told_us          BIGINT NOT NULL, -- the source's time of this state; 0: being written
  PRIMARY KEY (org_id, shop_id, order_id),
  KEY order_customer (org_id, shop_id, customer_id, order_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sales_order_line (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq         INT NOT NULL,
  sku         VARCHAR(64) NOT NULL,
  category    VARCHAR(64) NOT NULL,
  quantity    BIGINT NOT NULL,
  price_minor BIGINT NOT NULL, -- of the line, in the order's currency
  PRIMARY KEY (org_id, shop_id, order_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
