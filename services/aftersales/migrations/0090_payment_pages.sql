-- Pages of payments are in order of time: an organization's, a shop's, and those in a rare state.
CREATE INDEX payment_time ON payment (org_id, create_us, payment_id);
CREATE INDEX payment_shop_time ON payment (org_id, shop_id, create_us, payment_id);
CREATE INDEX payment_state ON payment (org_id, state, create_us, payment_id);
