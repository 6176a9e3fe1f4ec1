-- The conduct ledger: what people and groups did, whom it concerns, and every step of an event's way. Instants are microseconds UTC.

-- Never changed; the last version holds.
CREATE TABLE conduct_catalogue (
  org_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version   BIGINT NOT NULL,
  body      MEDIUMBLOB NOT NULL, -- ConductCatalogue
  create_us BIGINT NOT NULL,
  actor     VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE conduct_event (
  org_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conduct_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': the group as a whole
  team_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': no group
  day               DATE NOT NULL, -- in the shop's zone
  kind_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  severity          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evidence          VARCHAR(200) NOT NULL,
  note              VARCHAR(2000) NOT NULL,
  points            INT NOT NULL,
  currency          VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': no amount
  money_minor       BIGINT NOT NULL,
  days_off          INT NOT NULL,
  sanction          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  catalogue_version BIGINT NOT NULL,
  recorded_by       VARCHAR(256) NOT NULL,
  decided_by        VARCHAR(256) NOT NULL,
  decision_reason   VARCHAR(2000) NOT NULL,
  appeal_until      DATE NULL,
  appeal_agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  appeal_reason     VARCHAR(2000) NOT NULL,
  closed_by         VARCHAR(256) NOT NULL,
  close_reason      VARCHAR(2000) NOT NULL,
  version           BIGINT NOT NULL,
  create_us         BIGINT NOT NULL,
  update_us         BIGINT NOT NULL,
  PRIMARY KEY (org_id, conduct_id),
  UNIQUE KEY conduct_event_source (org_id, source_id),
  KEY conduct_event_times (org_id, shop_id, kind_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The agent, and the members of the group on the day as they were known when it was recorded.
CREATE TABLE conduct_concerned (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conduct_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, agent_id, conduct_id),
  KEY conduct_concerned_event (org_id, conduct_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only; sequence is the event's version.
CREATE TABLE conduct_entry (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conduct_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sequence    BIGINT NOT NULL,
  state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor       VARCHAR(256) NOT NULL,
  reason      VARCHAR(2000) NOT NULL,
  points      INT NOT NULL,
  currency    VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  money_minor BIGINT NOT NULL,
  days_off    INT NOT NULL,
  sanction    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, conduct_id, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
