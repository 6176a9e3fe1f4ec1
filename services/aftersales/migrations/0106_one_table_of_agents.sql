-- Who is employed when, and by which base, stood in two tables, each told by a consumer of its own. Assignment's knows more and
-- stays, under the shorter name; what only the other one was told yet is taken over.
UPDATE assignment_agent a JOIN agent g ON g.org_id = a.org_id AND g.agent_id = a.agent_id
  SET a.base_id = g.base_id, a.hire_date = g.hire_date, a.leave_date = g.leave_date
  WHERE a.hire_date IS NULL;
INSERT INTO assignment_agent (org_id, agent_id, base_id, hire_date, leave_date, languages, skills, shift_id, shift_told, last_turn)
SELECT org_id, agent_id, base_id, hire_date, leave_date, '', '', '', FALSE, 0 FROM agent
ON DUPLICATE KEY UPDATE agent_id = assignment_agent.agent_id;

DROP TABLE agent;
RENAME TABLE assignment_agent TO agent;
