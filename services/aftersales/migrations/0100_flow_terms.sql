-- Versions of flow policies have an author, and a term for goods that are to come back.
ALTER TABLE flow_policy
  ADD COLUMN return_wait_days INT NOT NULL DEFAULT 0, -- after the approval; 0: no end
  ADD COLUMN actor            VARCHAR(256) NOT NULL DEFAULT '', -- '': shipped
  ADD COLUMN create_us        BIGINT NOT NULL DEFAULT 0;

-- By what can be found what was done elsewhere, of a step that a person settled.
ALTER TABLE process_entry
  ADD COLUMN reference VARCHAR(100) NOT NULL DEFAULT '';

-- What waits for goods has a look at the term.
UPDATE process SET next_us = 0 WHERE state = 'WAITING' AND step = 'AWAIT_GOODS';
