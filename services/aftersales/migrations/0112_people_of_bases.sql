-- Who has acted under a token of a base: a base reads the names of its own people only.
CREATE TABLE base_person (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the base's own organization
  subject VARCHAR(256) NOT NULL,                                      -- of the token
  PRIMARY KEY (org_id, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Of what was done before it is known as far as the agent stands beside it.
INSERT IGNORE INTO base_person (org_id, subject)
SELECT DISTINCT a.org_id, c.decider
FROM aftersales_case c
JOIN assignment_contract k ON k.org_id = c.org_id AND k.shop_id = c.shop_id
JOIN agent a ON a.org_id = k.base_id AND a.agent_id = c.decider_agent_id
WHERE c.decider_agent_id <> '';

INSERT IGNORE INTO base_person (org_id, subject)
SELECT DISTINCT a.org_id, p.proposer
FROM case_proposal p
JOIN assignment_contract k ON k.org_id = p.org_id
JOIN agent a ON a.org_id = k.base_id AND a.agent_id = p.proposer_agent_id
WHERE p.proposer_agent_id <> '';
