-- Finds the days on which an agent has figures when its memberships change; the primary key would read the whole organization.
CREATE INDEX day_rollup_by_subject ON day_rollup (org_id, subject_kind, subject_id, shop_id, day);
