-- Arrivals that nobody imported: counted by performance from conversations.
ALTER TABLE arrivals ADD COLUMN counted TINYINT NOT NULL DEFAULT 0;
