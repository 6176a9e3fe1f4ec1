-- A small change is corrected from the facts of its customers alone, so these are found without reading their days. A body begins with
-- its conversation_id and customer_id, each 1 to 64 bytes behind a tag and a length of one byte. Rows without a customer are looked at
-- for every customer.
ALTER TABLE conversation ADD COLUMN customer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
UPDATE conversation SET customer_id = SUBSTRING(body, 5 + ORD(SUBSTRING(body, 2, 1)), ORD(SUBSTRING(body, 4 + ORD(SUBSTRING(body, 2, 1)), 1)));
CREATE INDEX conversation_by_customer ON conversation (org_id, shop_id, first_day, customer_id);

ALTER TABLE conversation_span ADD COLUMN customer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
UPDATE conversation_span s JOIN conversation c ON c.org_id = s.org_id AND c.shop_id = s.shop_id AND c.conversation_id = s.conversation_id
SET s.customer_id = c.customer_id;
CREATE INDEX conversation_span_by_customer ON conversation_span (org_id, shop_id, customer_id, last_day);

CREATE INDEX exclusion_by_conversation ON exclusion (org_id, shop_id, conversation_id);
