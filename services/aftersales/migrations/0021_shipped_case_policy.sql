-- The shipped policy: levels of DOMAIN 4.2; the term and number of appeals are this product's.
INSERT INTO case_policy (org_id, policy_id, version, shop_id, platform, effective_us, levels,
  appeal_term_days, max_appeals)
VALUES ('', 'default/case', 1, '', '', -9223372036854775807, 'AGENT,TEAM_LEAD,SUPERVISOR,MERCHANT', 7, 2);
