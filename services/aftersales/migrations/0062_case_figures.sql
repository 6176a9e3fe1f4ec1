-- What figures over cases are read from.

-- Why the buyer wants to return; '' of evaluations from before.
ALTER TABLE return_evaluation
  ADD COLUMN reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

-- case_clock.breach_owner is from now on whoever had the case when the clock was met, too. Who had it when earlier
-- ones were met is not known any more: whoever has it now.
UPDATE case_clock k JOIN aftersales_case c ON c.org_id = k.org_id AND c.case_id = k.case_id
  SET k.breach_owner = c.assignee_agent_id WHERE k.state = 'MET';
UPDATE case_clock_past k JOIN aftersales_case c ON c.org_id = k.org_id AND c.case_id = k.case_id
  SET k.breach_owner = c.assignee_agent_id WHERE k.state = 'MET';

-- What was sold in a period.
CREATE INDEX order_created ON sales_order (org_id, create_us, shop_id);
-- What is open, by age and due time, without the rows.
CREATE INDEX case_backlog ON aftersales_case (org_id, state, receive_us, due_us, shop_id);
