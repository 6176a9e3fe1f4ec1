-- Evaluations of one shop in a time, however many the others have.
CREATE INDEX evaluation_shop ON return_evaluation (org_id, shop_id, create_us, evaluation_id);
