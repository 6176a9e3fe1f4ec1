-- An imported inspection of an agent who did not write in the conversation counts nowhere. Those of before are taken as they are until
-- they or their conversations are sent again.
ALTER TABLE inspection ADD COLUMN wrote TINYINT NOT NULL DEFAULT 1 AFTER overturned;
