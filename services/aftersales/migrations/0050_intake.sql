-- How cases come in, and who works on which. What staffing tells of agents is what is believed today; the past is staffing's.
CREATE TABLE assignment_agent (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': own staff
  hire_date  DATE NULL, -- NULL: staffing has not told of the agent itself yet
  leave_date DATE NULL,
  languages  VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- separated by commas
  skills     TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,          -- the same; beside assignment_skill
  shift_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,   -- that runs; '': none
  shift_told BOOLEAN NOT NULL, -- of some shift
  last_turn  BIGINT NOT NULL,  -- of being given a case, counted in turns of the organization
  PRIMARY KEY (org_id, agent_id),
  KEY assignment_agent_turn (org_id, last_turn)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE assignment_skill (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_skill_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  skill_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_date      DATE NOT NULL,
  until_date     DATE NULL, -- its last day
  PRIMARY KEY (org_id, agent_id, agent_skill_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which agents serve which shops.
CREATE TABLE assignment_shop (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  assignment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  after_sales   BOOLEAN NOT NULL, -- alone or beside pre-sales
  start_date    DATE NOT NULL,
  end_date      DATE NULL, -- the last day
  PRIMARY KEY (org_id, assignment_id),
  KEY assignment_shop_shop (org_id, shop_id, agent_id),
  KEY assignment_shop_agent (org_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE assignment_leave (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  leave_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  counts      BOOLEAN NOT NULL, -- approved
  start_date  DATE NOT NULL,
  end_date    DATE NULL,
  from_minute INT NOT NULL, -- of a part of one day
  to_minute   INT NOT NULL, -- 0: whole days
  PRIMARY KEY (org_id, agent_id, leave_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Contracts with bases, a row a shop.
CREATE TABLE assignment_contract (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_date  DATE NOT NULL,
  end_date    DATE NOT NULL,
  PRIMARY KEY (org_id, shop_id, contract_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How many cases of a shop each base was given.
CREATE TABLE assignment_tally (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': own staff
  assigned BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, base_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Versions of rules; they never change. The latest in force counts, org_id '' being shipped.
CREATE TABLE intake_rules (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topic        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ASSIGNMENT or CHANNEL
  version      INT NOT NULL,
  effective_us BIGINT NOT NULL,
  body         MEDIUMTEXT NOT NULL, -- kefu.aftersales.v1.AssignmentPolicy or ChannelPolicy as JSON
  PRIMARY KEY (org_id, topic, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every decision about who has a case; append only.
CREATE TABLE case_assignment (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq     BIGINT NOT NULL, -- the case's version after it
  body    MEDIUMBLOB NOT NULL, -- kefu.aftersales.v1.AssignmentDecision
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Cases without an agent, with why, and when they are tried again. A row of a case that needs none any more is
-- removed when it is tried.
CREATE TABLE case_unassigned (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason   VARCHAR(500) NOT NULL, -- '': not tried yet
  since_us BIGINT NOT NULL,
  next_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id),
  KEY case_unassigned_shop (org_id, shop_id),
  KEY case_unassigned_next (next_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- When to look whether an agent can still work on the cases that it has.
CREATE TABLE assignment_check (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, agent_id, due_us),
  KEY assignment_check_due (due_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The language that a case is written in, where it is known.
CREATE TABLE case_language (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language VARCHAR(35) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, case_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- E-mails of the platform by which case they are about: what opened it, and replies.
CREATE TABLE case_message (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_id VARCHAR(200) NOT NULL,
  case_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, message_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an agent has open, counted without its closed cases.
ALTER TABLE aftersales_case ADD KEY case_assignee_state (org_id, assignee_agent_id, state, priority);

-- Cases that have waited for somebody until now are tried at once.
INSERT INTO case_unassigned (org_id, case_id, shop_id, reason, since_us, next_us)
SELECT org_id, case_id, shop_id, '', create_us, create_us FROM aftersales_case
WHERE assignee_agent_id = '' AND state IN ('OPEN', 'WAITING_CUSTOMER', 'AWAITING_APPROVAL', 'APPEALED');
