-- The day on which a payment was approved, in the shop's zone; NULL of those imported before this.
ALTER TABLE payment ADD COLUMN day DATE NULL, ADD KEY payment_by_day (org_id, shop_id, day);

-- Ratings wait again for conversations that are gone.
UPDATE rating r LEFT JOIN conversation c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND c.conversation_id = r.conversation_id
SET r.first_day = NULL WHERE r.first_day IS NOT NULL AND c.conversation_id IS NULL;
