-- Personnel, in tables of the shape of 0061. Instants are microseconds UTC.

-- Career talks.
CREATE TABLE career_talk (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the talk
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- HELD
  due_day    DATE NULL, -- the next due day of an open promise
  body       MEDIUMBLOB NOT NULL, -- CareerTalk
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY career_talk_owner (org_id, owner_id, record_id),
  KEY career_talk_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Why employments ended.
CREATE TABLE agent_exit (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent and the last day: AGENT.YYYYMMDD
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the weightiest reason
  due_day    DATE NULL, -- the last day
  body       MEDIUMBLOB NOT NULL, -- AgentExit
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY agent_exit_owner (org_id, owner_id, record_id),
  KEY agent_exit_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Posts to be filled.
CREATE TABLE job_post (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the post
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the team; ''
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- OPEN, CLOSED
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- JobPost
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY job_post_owner (org_id, owner_id, record_id),
  KEY job_post_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Candidates for posts.
CREATE TABLE candidate (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the candidate
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the post
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent, once hired; ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the stage
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- Candidate
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY candidate_owner (org_id, owner_id, record_id),
  KEY candidate_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Papers of agents' files.
CREATE TABLE personnel_file (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the paper
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- its kind
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- KEPT, REMOVED
  due_day    DATE NULL, -- the last day on which it is valid
  body       MEDIUMBLOB NOT NULL, -- PersonnelFile
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY personnel_file_owner (org_id, owner_id, record_id),
  KEY personnel_file_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
