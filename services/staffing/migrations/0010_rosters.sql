-- Rosters. order_body is the kefu.staffing.v1.RosterOrder as it was sent, outcome_body the RosterOutcome of what was planned. A row that
-- is QUEUED, or RUNNING with a lease that has run out, is taken by whichever process finds it first; roster_waiting finds it.

CREATE TABLE roster (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  roster_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name  VARCHAR(200) NOT NULL,
  first_day     DATE NOT NULL,
  weeks         INT NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cost_minor    BIGINT NOT NULL,
  bound_minor   BIGINT NOT NULL,
  elapsed_ms    BIGINT NOT NULL,
  failure       VARCHAR(500) NOT NULL,
  replans_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  attempts      INT NOT NULL,
  lease_owner   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': nobody plans it
  lease_us      BIGINT NOT NULL, -- until when
  order_body    MEDIUMBLOB NOT NULL,
  outcome_body  MEDIUMBLOB NOT NULL,
  version       BIGINT NOT NULL,
  create_us     BIGINT NOT NULL,
  update_us     BIGINT NOT NULL,
  PRIMARY KEY (org_id, roster_id),
  KEY roster_waiting (state, lease_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Written once, with the roster's outcome.
CREATE TABLE roster_shift (
  org_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  roster_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day               DATE NOT NULL,
  agent_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shift_template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_minute      INT NOT NULL,
  end_minute        INT NOT NULL,
  PRIMARY KEY (org_id, roster_id, day, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
