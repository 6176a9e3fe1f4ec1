-- The shipped policy of bad lots. Later numbers come as further versions.
INSERT INTO bad_lot_policy (org_id, version, period_days, horizon_days, false_discovery_bps, least_cases, kinds, actor, create_us)
VALUES ('', 1, 180, 60, 100, 5, 'RETURN,EXCHANGE,REFUND_ONLY,REISSUE,REPAIR,PLATFORM_WORK_ORDER,DISPUTE', '', 0);
