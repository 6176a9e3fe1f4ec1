-- Inspections also come from other systems: under ids of their own, in any order, before their conversations (day is NULL until then), and
-- maybe twice by one inspector. inspect_us orders them; of those recorded before it was known, which are earlier, the ids do.
ALTER TABLE inspection MODIFY day DATE NULL,
  ADD COLUMN inspect_us BIGINT NOT NULL DEFAULT 0 AFTER inspector,
  ADD COLUMN import_hash BINARY(16) NULL AFTER overturned,
  DROP INDEX inspection_once,
  ADD KEY inspection_by_conversation (org_id, shop_id, conversation_id, agent_id);
