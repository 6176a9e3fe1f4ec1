-- Careers: ladders of the organization's own, posts, earlier employments, leaves, promotions, and
-- the months of performance on which they rest. Instants are microseconds UTC; bodies are messages
-- of the contract.

ALTER TABLE tier_change
  ADD COLUMN role_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- '': in customer service
  ADD COLUMN ladder_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'default',
  ADD KEY tier_change_tier (org_id, tier_id, agent_id);

CREATE TABLE tier_ladder (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version        INT NOT NULL, -- from 1 without gaps, under the lock of the organization's row
  effective_date DATE NOT NULL,
  body           MEDIUMBLOB NOT NULL, -- TierLadder
  actor          VARCHAR(256) NOT NULL,
  create_us      BIGINT NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The row is the lock of a tier's posts: whoever would take one holds it while counting.
CREATE TABLE headcount (
  org_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tier_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  posts     INT NOT NULL,
  update_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, tier_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Employments that have ended and were followed by another: the last one stands in `agent`.
CREATE TABLE past_employment (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_date DATE NOT NULL,
  end_date   DATE NOT NULL,
  end_reason VARCHAR(2000) NOT NULL,
  PRIMARY KEY (org_id, agent_id, start_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE agent ADD COLUMN leave_reason VARCHAR(2000) NOT NULL DEFAULT '';

-- Free of overlaps per agent; written under the lock of the agent's row.
CREATE TABLE agent_leave (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  leave_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_date DATE NOT NULL,
  end_date   DATE NULL,
  create_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, leave_id),
  KEY agent_leave_agent (org_id, agent_id, start_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE promotion (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  promotion_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body         MEDIUMBLOB NOT NULL, -- Promotion
  create_us    BIGINT NOT NULL,
  update_us    BIGINT NOT NULL,
  PRIMARY KEY (org_id, promotion_id),
  KEY promotion_agent (org_id, agent_id, promotion_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the daily look found last.
CREATE TABLE promotion_evaluation (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day      DATE NOT NULL,
  eligible BOOLEAN NOT NULL,
  body     MEDIUMBLOB NOT NULL, -- PromotionEvaluation
  PRIMARY KEY (org_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The last day on which everybody of an organization was looked at.
CREATE TABLE promotion_look (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day    DATE NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Months of performance as its reports told them; agent_id '': the shop.
CREATE TABLE reported_month (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month          DATE NOT NULL, -- its first day
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_version INT NOT NULL,
  body           MEDIUMBLOB NOT NULL, -- kefu.performance.v1.ReportRow
  PRIMARY KEY (org_id, shop_id, month, agent_id),
  KEY reported_month_agent (org_id, agent_id, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
