-- Which base serves which shop under which contract stood in two tables, both as staffing tells it: one is enough.
INSERT INTO assignment_contract (org_id, shop_id, contract_id, base_id, start_date, end_date)
SELECT org_id, shop_id, contract_id, base_id, first_date, last_date FROM base_contract
ON DUPLICATE KEY UPDATE base_id = assignment_contract.base_id;

DROP TABLE base_contract;
