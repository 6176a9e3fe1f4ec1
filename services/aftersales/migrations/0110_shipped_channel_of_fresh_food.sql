-- The shipped rules of channels named a category that goods are not sorted into: fresh food, as return policies call it, goes by
-- telephone.
INSERT INTO intake_rules (org_id, topic, version, effective_us, body)
VALUES ('', 'CHANNEL', 1, -9223372036854775807,
'{
  "rules": [
    {"kind": "CASE_KIND_PLATFORM_EMAIL", "channel": "CASE_CHANNEL_EMAIL", "reason": "the platform wrote an e-mail"},
    {"kind": "CASE_KIND_PLATFORM_WORK_ORDER", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "the platform opened a work order"},
    {"leastPriority": "CASE_PRIORITY_URGENT", "channel": "CASE_CHANNEL_TELEPHONE", "reason": "urgent: nothing is faster"},
    {"category": "fresh_food", "channel": "CASE_CHANNEL_TELEPHONE", "reason": "fresh goods do not wait"},
    {"kind": "CASE_KIND_DISPUTE", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "disputes and appeals must be on record"},
    {"leastPriority": "CASE_PRIORITY_HIGH", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "severe: a work order has a deadline for the platform too"},
    {"leastValueMinor": "100000", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "valuable goods must be on record"},
    {"channel": "CASE_CHANNEL_EMAIL", "reason": "nothing is pressing"}
  ],
  "currencyCode": "CNY"
}');
