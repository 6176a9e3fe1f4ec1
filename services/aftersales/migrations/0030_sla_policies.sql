-- Deadlines as the organizations set them, and clocks that are replaced.

-- Of those that apply, an organization's own goes before a shipped one, then the one for the
-- contract, for the base, for the shop, for the platform. Each scope of an organization has one policy
-- with versions; the latest in force rules, unless it is withdrawn.
ALTER TABLE sla_policy
  ADD COLUMN base_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- '': every case
  ADD COLUMN contract_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- '': every case
  ADD COLUMN display_name VARCHAR(200) NOT NULL DEFAULT '',
  ADD COLUMN withdrawn    BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN actor        VARCHAR(256) NOT NULL DEFAULT '',
  ADD COLUMN create_us    BIGINT NOT NULL DEFAULT 0, -- 0: shipped
  ADD UNIQUE KEY sla_policy_scope (org_id, shop_id, platform, base_id, contract_id, version);

ALTER TABLE sla_rule
  ADD COLUMN priority VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- '': every case
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (org_id, policy_id, version, clock_kind, case_kind, priority);

-- sla_hours: weekday 7 are the hours of a make-up workday.

-- Days with hours of their own; a closed one has one row with 0 and 0.
CREATE TABLE sla_day (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version       INT NOT NULL,
  day           DATE NOT NULL,
  open_seconds  INT NOT NULL,
  close_seconds INT NOT NULL,
  display_name  VARCHAR(100) NOT NULL,
  PRIMARY KEY (org_id, policy_id, version, day, open_seconds)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sla_suspension (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version      INT NOT NULL,
  seq          INT NOT NULL,
  from_us      BIGINT NOT NULL,
  to_us        BIGINT NOT NULL,
  display_name VARCHAR(100) NOT NULL,
  PRIMARY KEY (org_id, policy_id, version, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The case's priority when the clock was set, and from when on that rule governs it; 0: its start.
ALTER TABLE case_clock
  ADD COLUMN priority VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD COLUMN since_us BIGINT NOT NULL DEFAULT 0;

-- Clocks that another of their kind has replaced, as they stood then. Append only.
CREATE TABLE case_clock_past (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq            INT NOT NULL,
  clock_kind     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_us       BIGINT NOT NULL,
  due_us         BIGINT NOT NULL,
  met_us         BIGINT NULL,
  breach_us      BIGINT NULL,
  breach_owner   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remaining_us   BIGINT NOT NULL,
  policy_org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version INT NOT NULL,
  since_us       BIGINT NOT NULL,
  until_us       BIGINT NOT NULL,
  reason         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which base serves which shop of a merchant under which contract, as staffing tells it.
CREATE TABLE base_contract (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the merchant
  contract_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_date  DATE NOT NULL,
  last_date   DATE NOT NULL,
  PRIMARY KEY (org_id, contract_id, shop_id),
  KEY base_contract_shop (org_id, shop_id, last_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
