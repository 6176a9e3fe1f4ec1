-- How orders with a flag, a fraudulent customer or a review count; sales_order.excluded follows. exclusion is '' for one that counts after
-- all. conversation_id is the customer's that is fraud.
CREATE TABLE order_exclusion (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  customer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  exclusion VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evidence VARCHAR(2000) NOT NULL,
  PRIMARY KEY (org_id, shop_id, order_id),
  KEY order_exclusion_by_day (org_id, shop_id, day, order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What people decided about orders, by the source's id: kept when the order is imported again.
CREATE TABLE order_review (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decision VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reviewer VARCHAR(200) NOT NULL,
  reason VARCHAR(2000) NOT NULL,
  PRIMARY KEY (org_id, shop_id, order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE INDEX exclusion_by_customer ON exclusion (org_id, shop_id, customer_id, first_day);

-- Flags are known; customers are judged when their days are screened.
INSERT INTO order_exclusion (org_id, shop_id, order_id, day, customer_id, exclusion, source, conversation_id, rule_id, evidence)
SELECT org_id, shop_id, order_id, COALESCE(pay_day, create_day), customer_id, 'FRAUD', 'FLAG', '', '', '' FROM sales_order WHERE excluded = 1;
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT org_id, shop_id, first_day, '!screen', 1 FROM exclusion WHERE exclusion = 'FRAUD' AND source <> 'FLAG'
ON DUPLICATE KEY UPDATE marks = marks + 1;
