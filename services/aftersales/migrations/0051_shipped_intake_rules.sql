-- The shipped rules: cases are given out automatically to whoever serves the shop, has the least load and is on duty where duty is
-- recorded. Urgent cases weigh more, those that wait for the customer less. No skill is asked for: what they are called is the
-- merchant's.
INSERT INTO intake_rules (org_id, topic, version, effective_us, body)
VALUES ('', 'ASSIGNMENT', 0, -9223372036854775807,
'{
  "automatic": true,
  "order": "ASSIGNMENT_ORDER_LEAST_LOAD",
  "dutyRule": "DUTY_RULE_WHEN_RECORDED",
  "defaultLanguage": "zh",
  "loadWeights": [
    {"state": "CASE_STATE_WAITING_CUSTOMER", "weight": 1},
    {"priority": "CASE_PRIORITY_URGENT", "weight": 8},
    {"priority": "CASE_PRIORITY_HIGH", "weight": 6},
    {"weight": 4}
  ],
  "maxOpenCases": 40,
  "handOver": true,
  "retrySeconds": 60
}');

-- The shipped rules of channels, by severity and goods: what runs away goes by telephone, what must be on record as a work order,
-- everything else by e-mail. The amounts are a start, the merchant's own goods decide.
INSERT INTO intake_rules (org_id, topic, version, effective_us, body)
VALUES ('', 'CHANNEL', 0, -9223372036854775807,
'{
  "rules": [
    {"kind": "CASE_KIND_PLATFORM_EMAIL", "channel": "CASE_CHANNEL_EMAIL", "reason": "the platform wrote an e-mail"},
    {"kind": "CASE_KIND_PLATFORM_WORK_ORDER", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "the platform opened a work order"},
    {"leastPriority": "CASE_PRIORITY_URGENT", "channel": "CASE_CHANNEL_TELEPHONE", "reason": "urgent: nothing is faster"},
    {"category": "fresh", "channel": "CASE_CHANNEL_TELEPHONE", "reason": "fresh goods do not wait"},
    {"kind": "CASE_KIND_DISPUTE", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "disputes and appeals must be on record"},
    {"leastPriority": "CASE_PRIORITY_HIGH", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "severe: a work order has a deadline for the platform too"},
    {"leastValueMinor": "100000", "channel": "CASE_CHANNEL_WORK_ORDER", "reason": "valuable goods must be on record"},
    {"channel": "CASE_CHANNEL_EMAIL", "reason": "nothing is pressing"}
  ],
  "currencyCode": "CNY"
}');
