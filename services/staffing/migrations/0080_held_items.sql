-- What is held escalates once its holder's shift was to end; the items that were taken before this
-- held. 30 minutes are the shipped policy's.
UPDATE handover_item i JOIN duty_shift s ON s.org_id = i.org_id AND s.duty_shift_id = i.holder_shift_id
SET i.level = 'SHIFT', i.escalation_us = s.scheduled_end_us + 30 * 60 * 1000000
WHERE i.state = 'ACCEPTED';

-- How many approved swaps of the roster that it replans a replan knew.
ALTER TABLE roster ADD COLUMN known_swaps BIGINT NOT NULL DEFAULT 0;
