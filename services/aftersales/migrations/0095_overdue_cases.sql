-- The due time of a case is that of what nobody has done yet, also when it has passed: an overdue case is not out of sight.
UPDATE aftersales_case c
  JOIN (SELECT org_id, case_id, MIN(due_us) AS due_us FROM case_clock
        WHERE state = 'RUNNING' OR (state = 'BREACHED' AND met_us IS NULL)
        GROUP BY org_id, case_id) d ON d.org_id = c.org_id AND d.case_id = c.case_id
  SET c.due_us = d.due_us
  WHERE c.state NOT IN ('CLOSED', 'MERGED');
