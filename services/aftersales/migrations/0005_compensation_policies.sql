-- Organizations write versions of their own; advance payment gives at most a share of what was paid.
ALTER TABLE compensation_policy
  ADD COLUMN advance_max_bps INT NOT NULL DEFAULT 10000,
  ADD COLUMN actor           VARCHAR(256) NOT NULL DEFAULT '', -- '': shipped
  ADD COLUMN create_us       BIGINT NOT NULL DEFAULT 0;
ALTER TABLE compensation_policy
  MODIFY COLUMN policy_id VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
