-- When a clock ended with its case, and what it measures was not done.
ALTER TABLE case_clock ADD COLUMN cancel_us BIGINT NULL;
ALTER TABLE case_clock_past ADD COLUMN cancel_us BIGINT NULL;

-- Closing and merging met the clocks of answers that nobody had given. They are told by the instant, which is that of
-- the verb, and by that nobody answered at it.
UPDATE case_clock k
  JOIN case_activity a ON a.org_id = k.org_id AND a.case_id = k.case_id AND a.create_us = k.met_us
  SET k.state = 'CANCELLED', k.cancel_us = a.create_us, k.met_us = NULL
  WHERE k.state = 'MET' AND a.from_state <> a.to_state
    AND ((a.verb = 'CloseCase' AND a.to_state = 'CLOSED' AND k.clock_kind <> 'RESOLUTION')
         OR (a.verb = 'MergeCases' AND a.to_state = 'MERGED'));
UPDATE case_clock_past k
  JOIN case_activity a ON a.org_id = k.org_id AND a.case_id = k.case_id AND a.create_us = k.met_us
  SET k.state = 'CANCELLED', k.cancel_us = a.create_us, k.met_us = NULL
  WHERE k.state = 'MET' AND a.from_state <> a.to_state
    AND a.verb = 'CloseCase' AND a.to_state = 'CLOSED' AND k.clock_kind <> 'RESOLUTION';
