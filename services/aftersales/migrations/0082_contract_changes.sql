-- Contracts that begin, change or end have clocks set anew as versions of policies do: a row a shop and instant,
-- with policy_id '' and version 0.
ALTER TABLE sla_change
  ADD COLUMN contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- '': a policy's version
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (org_id, policy_id, version, contract_id, shop_id, effective_us);
