-- The shipped policy, of org_id ''. Later numbers come as further versions.
-- Ten attempts, doubled from 5 s up to 10 min, last about 40 minutes: longer than a deployment, shorter than a shift. Goods are held as long as
-- request ids are remembered: what a lost answer held has run out when a later attempt might hold it anew. Conduct by DOMAIN 2.6: of a missed deadline
-- the team answers together, counted to three by staffing.
INSERT INTO flow_policy (org_id, shop_id, version, effective_us, max_attempts, backoff_min_seconds, backoff_max_seconds,
  reservation_ttl_seconds, return_node_id, missing_goods, damaged_goods, complaint_conduct_kind_id, breach_conduct_kind_id, return_wait_days,
  actor, create_us)
VALUES ('', '', 1, -9223372036854775807, 10, 5, 600, 259200, '', 'HOLD', 'HOLD', 'upheld_complaint', 'own_shop_problem_ignored', 0, '', 0);
