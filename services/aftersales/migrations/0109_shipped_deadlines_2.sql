-- The shipped deadlines from 2026-12-01 in Shanghai on: those of version 1, and besides (DOMAIN 4.2) the answer to every further
-- message, and whom a missed deadline is told to. What was set before keeps its version.
INSERT INTO sla_policy (org_id, policy_id, version, shop_id, platform, effective_us, china_holidays)
VALUES ('', 'default/sla', 2, '', '', 1796054400000000, TRUE);

-- Each letter of a platform has the cut-off of the first one; any other message is answered within 24 hours.
INSERT INTO sla_rule (org_id, policy_id, version, clock_kind, case_kind, form, duration_seconds,
  cutoff_seconds, due_before_seconds, due_before_days, due_after_seconds, due_after_days,
  business_hours, pausable, warn_seconds)
VALUES
  ('', 'default/sla', 2, 'FIRST_ANSWER', '', 'DURATION', 86400, 0, 0, 0, 0, 0, FALSE, TRUE, 14400),
  ('', 'default/sla', 2, 'PLATFORM_EMAIL', 'PLATFORM_EMAIL', 'CUTOFF', 0, 57600, 64800, 0, 64800, 1, FALSE, TRUE, 3600),
  ('', 'default/sla', 2, 'WORK_ORDER_DECISION', 'PLATFORM_WORK_ORDER', 'DURATION', 10800, 0, 0, 0, 0, 0, FALSE, TRUE, 1800),
  ('', 'default/sla', 2, 'NEXT_RESPONSE', 'PLATFORM_EMAIL', 'CUTOFF', 0, 57600, 64800, 0, 64800, 1, FALSE, TRUE, 3600),
  ('', 'default/sla', 2, 'NEXT_RESPONSE', '', 'DURATION', 86400, 0, 0, 0, 0, 0, FALSE, TRUE, 14400);

INSERT INTO sla_hours (org_id, policy_id, version, weekday, open_seconds, close_seconds)
VALUES
  ('', 'default/sla', 2, 0, 32400, 64800), ('', 'default/sla', 2, 1, 32400, 64800),
  ('', 'default/sla', 2, 2, 32400, 64800), ('', 'default/sla', 2, 3, 32400, 64800),
  ('', 'default/sla', 2, 4, 32400, 64800);

-- Agent, lead, supervisor, merchant. The agent hears of it at the breach and may put it right within half an hour, before the lead is
-- asked; a supervisor has it while the working day lasts, and the merchant once a whole day has passed and nobody has done it.
INSERT INTO sla_step (org_id, policy_id, version, seq, clock_kind, offset_seconds, recipient)
VALUES
  ('', 'default/sla', 2, 0, '', 0, 'AGENT'), ('', 'default/sla', 2, 1, '', 1800, 'TEAM_LEAD'),
  ('', 'default/sla', 2, 2, '', 7200, 'SUPERVISOR'), ('', 'default/sla', 2, 3, '', 86400, 'MERCHANT');
