-- Delegated authority as staffing tells it: the merchant's policies, and who holds which tier. What is
-- believed today; the past is staffing's.
CREATE TABLE organization (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency_code VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- limits are in it
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE authority_policy (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  body    MEDIUMBLOB NOT NULL, -- kefu.staffing.v1.AuthorityPolicy
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE agent (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': own staff
  hire_date  DATE NOT NULL, -- of the employment that lasts, else of the last one
  leave_date DATE NULL,     -- its last day
  PRIMARY KEY (org_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Only added to. A record that another one corrects does not count.
CREATE TABLE agent_tier (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tier_change_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- in order of time
  effective_date DATE NOT NULL,
  tier_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  corrects_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  PRIMARY KEY (org_id, agent_id, tier_change_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Of reviews: what they cost and by which authority they were given; NULL of other verbs.
ALTER TABLE case_activity
  ADD COLUMN cost_minor               BIGINT NULL,
  ADD COLUMN cost_currency            VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN authority_policy_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN authority_policy_version INT NULL,
  ADD COLUMN authority_tier_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
