-- What follows a decision: processes, their steps, what other services have told, payments.
-- 9223372036854775807 in next_us stands for "not by itself".
CREATE TABLE process (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  process_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  kind         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  occasion     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  moves_case   BOOLEAN NOT NULL, -- follows the decision: closes the case or gives it back
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  undo_bits    BIGINT NOT NULL, -- actions that would undo what was done, by number
  compensating BOOLEAN NOT NULL,
  undone       BOOLEAN NOT NULL,
  cancelling   BOOLEAN NOT NULL,
  past_pivot   BOOLEAN NOT NULL,
  attempts     INT NOT NULL,
  round        INT NOT NULL,
  next_us      BIGINT NOT NULL, -- when it is looked at next; while a command is out, the end of the lease
  error_reason VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  error_text   VARCHAR(1000) NOT NULL,
  facts        MEDIUMBLOB NOT NULL, -- kefu.aftersales.v1.ProcessFacts
  version      BIGINT NOT NULL,
  create_us    BIGINT NOT NULL,
  update_us    BIGINT NOT NULL,
  PRIMARY KEY (org_id, process_id),
  UNIQUE KEY process_occasion (org_id, case_id, kind, occasion),
  KEY process_shop (org_id, shop_id, process_id),
  KEY process_state (org_id, state, process_id),
  KEY process_next (next_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only.
CREATE TABLE process_entry (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  process_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq          BIGINT NOT NULL, -- the process's version after it
  step         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  outcome      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  error_reason VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  error_text   VARCHAR(4000) NOT NULL,
  actor        VARCHAR(256) NOT NULL,
  create_us    BIGINT NOT NULL,
  PRIMARY KEY (org_id, process_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the warehouse has told of things that were made for a case, whether or not a process waits.
CREATE TABLE case_signal (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- RETURN, RESERVATION
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body       MEDIUMBLOB NOT NULL, -- the warehouse's CustomerReturn or Reservation
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id, subject, subject_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE payment (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payment_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  process_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  purpose        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- of compensation: its kind
  party          VARCHAR(200) NOT NULL,
  currency_code  VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_minor   BIGINT NOT NULL,
  explanation    VARCHAR(500) NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  receipt        VARCHAR(100) NOT NULL,
  error_reason   VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_id      VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_version INT NOT NULL,
  create_us      BIGINT NOT NULL,
  pay_us         BIGINT NULL,
  PRIMARY KEY (org_id, payment_id),
  UNIQUE KEY payment_process (org_id, process_id, purpose),
  KEY payment_order (org_id, shop_id, order_id),
  KEY payment_case (org_id, case_id),
  CONSTRAINT payment_amount CHECK (amount_minor > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The pieces that a refund is for; none: what was left of the order.
CREATE TABLE payment_line (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq        INT NOT NULL,
  sku        VARCHAR(64) NOT NULL,
  quantity   BIGINT NOT NULL,
  PRIMARY KEY (org_id, payment_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE case_plan (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body    MEDIUMBLOB NOT NULL, -- kefu.aftersales.v1.CasePlan
  PRIMARY KEY (org_id, case_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Versions that never change; the shipped one is code's domain::FlowPolicy{}.
CREATE TABLE flow_policy (
  org_id                    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id                   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': every shop
  version                   INT NOT NULL,
  effective_us              BIGINT NOT NULL,
  max_attempts              INT NOT NULL,
  backoff_min_seconds       INT NOT NULL,
  backoff_max_seconds       INT NOT NULL,
  reservation_ttl_seconds   INT NOT NULL,
  return_node_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  missing_goods             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  damaged_goods             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  complaint_conduct_kind_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  breach_conduct_kind_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
