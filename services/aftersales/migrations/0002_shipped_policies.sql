-- The shipped policies: DOMAIN 4.2 and 4.5. Later numbers come as further versions.
INSERT INTO sla_policy (org_id, policy_id, version, shop_id, platform, effective_us, china_holidays)
VALUES ('', 'default/sla', 1, '', '', -9223372036854775807, TRUE);

-- First answer within 24 hours for any case; platform e-mail received before 16:00 answered by 18:00,
-- from 16:00 on by 18:00 the next day; work order decided within 3 hours. All on calendar time.
INSERT INTO sla_rule (org_id, policy_id, version, clock_kind, case_kind, form, duration_seconds,
  cutoff_seconds, due_before_seconds, due_before_days, due_after_seconds, due_after_days,
  business_hours, pausable, warn_seconds)
VALUES
  ('', 'default/sla', 1, 'FIRST_ANSWER', '', 'DURATION', 86400, 0, 0, 0, 0, 0, FALSE, TRUE, 14400),
  ('', 'default/sla', 1, 'PLATFORM_EMAIL', 'PLATFORM_EMAIL', 'CUTOFF', 0, 57600, 64800, 0, 64800, 1, FALSE, TRUE, 3600),
  ('', 'default/sla', 1, 'WORK_ORDER_DECISION', 'PLATFORM_WORK_ORDER', 'DURATION', 10800, 0, 0, 0, 0, 0, FALSE, TRUE, 1800);

-- Hours for rules that count business hours: Monday to Friday 9:00 to 18:00.
INSERT INTO sla_hours (org_id, policy_id, version, weekday, open_seconds, close_seconds)
VALUES
  ('', 'default/sla', 1, 0, 32400, 64800), ('', 'default/sla', 1, 1, 32400, 64800),
  ('', 'default/sla', 1, 2, 32400, 64800), ('', 'default/sla', 1, 3, 32400, 64800),
  ('', 'default/sla', 1, 4, 32400, 64800);

-- Late shipment: 30 % of what was paid, at least 5.00, at most 500.00; freight: three times. Payment
-- may exceed what was paid: the letter of the rule.
INSERT INTO compensation_policy (org_id, policy_id, version, shop_id, platform, effective_us,
  late_shipment_bps, late_shipment_min_minor, late_shipment_max_minor, freight_multiple_bps, cap_at_paid)
VALUES ('', 'default/compensation', 1, '', '', -9223372036854775807, 3000, 500, 50000, 30000, FALSE);
