-- Facts as imported, and the figures of each day computed from them.
-- Ids of facts are the sources' own. Bodies are kefu.performance.v1 messages; the columns beside them are what is searched by.

-- facts_version grows with every committed change of the shop's facts, so that facts kept in memory are known to be current.
CREATE TABLE shop_settings (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  time_zone VARCHAR(64) NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  facts_version BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Clustered by day, so that a day is read in one range.
CREATE TABLE conversation (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day DATE NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_day DATE NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, first_day, conversation_id),
  UNIQUE KEY conversation_by_id (org_id, shop_id, conversation_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Only conversations that touch more than one day, so that a day finds those begun before it.
CREATE TABLE conversation_span (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_day DATE NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day DATE NOT NULL,
  PRIMARY KEY (org_id, shop_id, conversation_id),
  KEY conversation_span_by_last_day (org_id, shop_id, last_day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE sales_order (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  create_day DATE NOT NULL,
  pay_day DATE NULL,
  late_shipment TINYINT NOT NULL,
  excluded TINYINT NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, order_id),
  KEY sales_order_by_create_day (org_id, shop_id, create_day, order_id),
  KEY sales_order_by_pay_day (org_id, shop_id, pay_day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE refund (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  refund_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, refund_id),
  KEY refund_by_day (org_id, shop_id, day),
  KEY refund_by_order (org_id, shop_id, order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Some platforms give one review id to several orders.
CREATE TABLE review (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  review_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, order_id, review_id),
  KEY review_by_day (org_id, shop_id, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who sold what, by definition: the outcome of the day's computation.
CREATE TABLE order_credit (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pay_day DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, definition_id, order_id),
  KEY order_credit_by_day (org_id, shop_id, definition_id, pay_day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Any period is a sum of days. measures and histogram are packed by domain/measures and domain/histogram.
CREATE TABLE day_rollup (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  subject_kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  measures VARBINARY(1024) NOT NULL,
  histogram MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, definition_id, day, subject_kind, subject_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Days whose facts changed since their figures were computed. A mark is written in the transaction of the facts and removed in the
-- transaction of the figures, so that whatever dies in between, the day is computed again.
CREATE TABLE dirty_day (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  marks BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Which agent belonged to which team, from staffing's events.
CREATE TABLE team_membership (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_day DATE NOT NULL,
  team_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  end_day DATE NULL,
  PRIMARY KEY (org_id, agent_id, start_day, team_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
