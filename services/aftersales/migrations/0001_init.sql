-- After-sales. Every primary key begins with org_id: the tenant, and the shard key on a distributed
-- engine. Cases are never deleted. Instants are microseconds UTC, enums are stored by name, `version`
-- is the etag of a case. 9223372036854775807 in a *_us column that must sort last stands for "never".

-- What staffing tells of a shop. A shop that is not here yet is taken to be in the default zone.
CREATE TABLE shop (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  time_zone    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE aftersales_case (
  org_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind              VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  external_id       VARCHAR(200) NULL,
  priority          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  purchase_date     DATE NULL,
  waybill           VARCHAR(64) NOT NULL,
  customer_id       VARCHAR(200) NOT NULL,
  problem           TEXT NOT NULL,
  demand            TEXT NOT NULL,
  assignee_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': nobody
  receive_us        BIGINT NOT NULL,
  state             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  result            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_us            BIGINT NOT NULL, -- earliest due time of a running clock, or never
  next_us           BIGINT NOT NULL, -- when the clock job must look at the case next, or never
  parts             INT NOT NULL,    -- which of the tables below hold rows: 1 lines, 2 promises, 4 evidence, 8 pauses
  version           BIGINT NOT NULL,
  create_us         BIGINT NOT NULL,
  update_us         BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id),
  UNIQUE KEY case_external_id (org_id, shop_id, kind, external_id),
  KEY case_due (org_id, due_us, case_id),
  KEY case_shop_due (org_id, shop_id, due_us, case_id),
  KEY case_assignee_due (org_id, assignee_agent_id, due_us, case_id),
  KEY case_next (next_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE case_clock (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  clock_kind     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_us       BIGINT NOT NULL,
  base_due_us    BIGINT NOT NULL, -- as if nothing had paused it
  due_us         BIGINT NOT NULL, -- with its pauses; never while it is paused
  warn_us        BIGINT NOT NULL,
  warned         BOOLEAN NOT NULL,
  met_us         BIGINT NULL,
  breach_us      BIGINT NULL,
  breach_owner   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remaining_us   BIGINT NOT NULL, -- of a paused clock
  pausable       BOOLEAN NOT NULL,
  business_hours BOOLEAN NOT NULL,
  warn_before_us BIGINT NOT NULL,
  time_zone      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  zone_assumed   BOOLEAN NOT NULL,
  policy_org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': shipped
  policy_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version INT NOT NULL,
  PRIMARY KEY (org_id, case_id, clock_kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Times in which the case waits for the customer.
CREATE TABLE case_pause (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq     INT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us   BIGINT NULL, -- NULL: it waits now
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE case_line (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq      INT NOT NULL,
  sku      VARCHAR(64) NOT NULL,
  category VARCHAR(64) NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE case_promise (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq     INT NOT NULL,
  action  VARCHAR(500) NOT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE case_evidence (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq          INT NOT NULL,
  reference    VARCHAR(500) NOT NULL,
  sha256       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': not known
  size_bytes   BIGINT NOT NULL,
  content_type VARCHAR(100) NOT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only; seq is the case's version after the change.
CREATE TABLE case_activity (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq         BIGINT NOT NULL,
  activity_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  verb        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_state  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  to_state    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note        TEXT NOT NULL,
  actor       VARCHAR(256) NOT NULL,
  create_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Policies are versions that never change; org_id '' are the shipped ones. Of those that apply, an
-- organization's own goes before a shipped one, then one for the shop, then one for its platform,
-- then the latest in force.
CREATE TABLE sla_policy (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version        INT NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every shop
  platform       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every platform
  effective_us   BIGINT NOT NULL,
  china_holidays BOOLEAN NOT NULL, -- business hours follow the Chinese holidays and make-up workdays
  PRIMARY KEY (org_id, policy_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sla_rule (
  org_id             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version            INT NOT NULL,
  clock_kind         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_kind          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every case
  form               VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- DURATION or CUTOFF
  duration_seconds   BIGINT NOT NULL,
  cutoff_seconds     INT NOT NULL, -- times of day as seconds after midnight
  due_before_seconds INT NOT NULL,
  due_before_days    INT NOT NULL,
  due_after_seconds  INT NOT NULL,
  due_after_days     INT NOT NULL,
  business_hours     BOOLEAN NOT NULL,
  pausable           BOOLEAN NOT NULL, -- stands still while the case waits for the customer
  warn_seconds       BIGINT NOT NULL,
  PRIMARY KEY (org_id, policy_id, version, clock_kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sla_hours (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version       INT NOT NULL,
  weekday       INT NOT NULL, -- Monday 0 to Sunday 6
  open_seconds  INT NOT NULL,
  close_seconds INT NOT NULL,
  PRIMARY KEY (org_id, policy_id, version, weekday, open_seconds)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE compensation_policy (
  org_id                  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id               VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version                 INT NOT NULL,
  shop_id                 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform                VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  effective_us            BIGINT NOT NULL,
  late_shipment_bps       INT NOT NULL,
  late_shipment_min_minor BIGINT NOT NULL, -- minor units of the order's currency
  late_shipment_max_minor BIGINT NOT NULL,
  freight_multiple_bps    INT NOT NULL,
  cap_at_paid             BOOLEAN NOT NULL,
  PRIMARY KEY (org_id, policy_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
