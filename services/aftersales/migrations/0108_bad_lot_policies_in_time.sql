-- From when on a version counts. Those of before have counted since they were written.
ALTER TABLE bad_lot_policy ADD COLUMN effective_us BIGINT NOT NULL DEFAULT 0;
UPDATE bad_lot_policy SET effective_us = create_us;
