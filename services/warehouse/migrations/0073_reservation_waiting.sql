-- An organization's reservations of one state, the oldest first: what a wave may still take. The sweeper of due times looks at all
-- organizations at once and keeps its own index.
ALTER TABLE reservation ADD KEY reservation_waiting (org_id, state, expire_us);
