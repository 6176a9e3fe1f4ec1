-- Work on cases: levels of escalation, proposals that wait for approval, appeals, and the policy that
-- bounds them.
ALTER TABLE aftersales_case
  ADD COLUMN escalation_level VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'AGENT',
  ADD COLUMN decision_number  INT NOT NULL DEFAULT 0, -- decisions given
  ADD COLUMN decide_us        BIGINT NULL,            -- of the decision in force
  ADD COLUMN decider          VARCHAR(256) NOT NULL DEFAULT '',
  ADD COLUMN decider_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

ALTER TABLE case_activity
  ADD COLUMN result VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'UNSPECIFIED';

-- A case was decided once at most until now; its history says when and by whom.
UPDATE aftersales_case c
  JOIN case_activity a ON a.org_id = c.org_id AND a.case_id = c.case_id
    AND a.verb = 'ReviewCase' AND a.to_state = 'DECIDED'
  SET c.decision_number = 1, c.decide_us = a.create_us, c.decider = a.actor
  WHERE c.state IN ('DECIDED', 'CLOSED');

CREATE TABLE case_proposal (
  org_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq               INT NOT NULL,
  proposal_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  result            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cost_minor        BIGINT NULL,
  cost_currency     VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  note              TEXT NOT NULL,
  proposer          VARCHAR(256) NOT NULL,
  proposer_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  propose_us        BIGINT NOT NULL,
  decider           VARCHAR(256) NOT NULL, -- '': pending
  decide_us         BIGINT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE case_appeal (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq             INT NOT NULL,
  appeal_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  party           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason          TEXT NOT NULL,
  appellant       VARCHAR(256) NOT NULL,
  appeal_us       BIGINT NOT NULL,
  appealed_result VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': shipped
  policy_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version  INT NOT NULL,
  outcome         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  new_result      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decider         VARCHAR(256) NOT NULL, -- '': not decided
  decide_us       BIGINT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which version applies is said at sla_policy.
CREATE TABLE case_policy (
  org_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version          INT NOT NULL,
  shop_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every shop
  platform         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every platform
  effective_us     BIGINT NOT NULL,
  levels           VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- comma-separated, lowest first
  appeal_term_days INT NOT NULL, -- after the day of the decision, in the shop's zone
  max_appeals      INT NOT NULL, -- of one case
  PRIMARY KEY (org_id, policy_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Fields that changed with an activity, besides state and result.
CREATE TABLE case_change (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  activity_seq BIGINT NOT NULL,
  seq          INT NOT NULL,
  field        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  old_value    TEXT NOT NULL,
  new_value    TEXT NOT NULL,
  PRIMARY KEY (org_id, case_id, activity_seq, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
