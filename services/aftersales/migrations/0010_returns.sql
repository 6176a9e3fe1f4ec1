-- Rules of returns, and what was decided by them. Policies are versions that never change; org_id '' are
-- the shipped ones. Lists are names joined by commas, '' the empty one, which stands for "all" in
-- categories and reasons.
CREATE TABLE return_policy (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id    VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version      INT NOT NULL,
  shop_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every shop
  platform     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every platform
  effective_us BIGINT NOT NULL,
  actor        VARCHAR(256) NOT NULL, -- '': shipped
  create_us    BIGINT NOT NULL,
  PRIMARY KEY (org_id, policy_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Numbers the versions of an own policy: two writers at once wait for each other here.
CREATE TABLE return_policy_head (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id    VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_version INT NOT NULL,
  PRIMARY KEY (org_id, policy_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE return_category (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id   VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version     INT NOT NULL,
  category_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reasons     VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- those that fit it
  name_zh     VARCHAR(200) NOT NULL,
  name_en     VARCHAR(200) NOT NULL,
  PRIMARY KEY (org_id, policy_id, version, category_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE return_rule (
  org_id              VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id           VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version             INT NOT NULL,
  rule_id             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remedy              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  categories          VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  excluded_categories VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reasons             VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  spoiled_by          VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- questions to be answered with no
  evidence            VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- should be shown
  evidence_required   BOOLEAN NOT NULL, -- gives nothing until it is
  window_days         INT NOT NULL, -- days after the day of signing; 0 where months count
  window_months       INT NOT NULL,
  return_freight      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  outbound_freight    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  basis               VARCHAR(200) NOT NULL, -- where it is written
  PRIMARY KEY (org_id, policy_id, version, rule_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What people read for the values of the contract's enumerations.
CREATE TABLE return_text (
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- CONDITION, EVIDENCE or REASON
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  zh   VARCHAR(200) NOT NULL,
  en   VARCHAR(200) NOT NULL,
  PRIMARY KEY (kind, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only.
CREATE TABLE return_evaluation (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evaluation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- in order of time
  shop_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  create_us     BIGINT NOT NULL,
  body          MEDIUMBLOB NOT NULL, -- kefu.aftersales.v1.ReturnEvaluation
  PRIMARY KEY (org_id, evaluation_id),
  KEY evaluation_case (org_id, case_id, evaluation_id),
  KEY evaluation_time (org_id, create_us, evaluation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
