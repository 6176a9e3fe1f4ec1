-- Whose agent one was on which days: past figures stay with the base that the agent worked for then. An empty base_id: the
-- organization's own. What was known before holds for all days.
ALTER TABLE base_agent
  ADD COLUMN start_day DATE NOT NULL DEFAULT '1000-01-01' AFTER agent_id,
  ADD COLUMN end_day DATE NULL,
  DROP PRIMARY KEY, ADD PRIMARY KEY (org_id, agent_id, start_day);
INSERT INTO base_agent (org_id, agent_id, start_day, base_id)
SELECT DISTINCT e.org_id, e.agent_id, '1000-01-01', '' FROM employment e
LEFT JOIN base_agent b ON b.org_id = e.org_id AND b.agent_id = e.agent_id WHERE b.agent_id IS NULL;
