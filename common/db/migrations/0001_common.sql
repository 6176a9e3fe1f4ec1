-- Tables that every service's schema holds: replayed answers, the outbox and its feed, consumers' positions, leases.
-- org_id '' stands for the service itself, where a row belongs to no organization.

-- Answers of writes by request id: a retry gets the stored answer. A committed row always has its response.
CREATE TABLE request_log (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  method VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body_sha256 BINARY(32) NOT NULL,
  response MEDIUMBLOB NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, request_id),
  KEY request_log_create (create_us)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Events of committed transactions that have no position yet. The id follows lock order: a transaction that waited for
-- another's row lock takes its id later.
CREATE TABLE outbox (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  outbox_id BIGINT NOT NULL AUTO_INCREMENT,
  event_key VARCHAR(160) NOT NULL,
  type VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload MEDIUMBLOB NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, outbox_id),
  UNIQUE KEY outbox_by_id (outbox_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The feed: dense positions over the whole service, chained by hash.
CREATE TABLE event (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position BIGINT NOT NULL,
  event_key VARCHAR(160) NOT NULL,
  type VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload MEDIUMBLOB NOT NULL,
  create_us BIGINT NOT NULL,
  chain_sha256 BINARY(32) NOT NULL,
  PRIMARY KEY (org_id, position),
  UNIQUE KEY event_by_position (position)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row, made by the first sequencer: the last position given, its hash, and the last position that is no longer kept.
CREATE TABLE event_position (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position BIGINT NOT NULL,
  trimmed_position BIGINT NOT NULL,
  chain_sha256 BINARY(32) NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who may act for a named duty, until when; the epoch grows with each change of owner.
CREATE TABLE lease (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch BIGINT NOT NULL,
  expire_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, lease_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far this service has applied the feed of another one.
CREATE TABLE consumer_position (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  consumer_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org_id, consumer_name, source_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Events that a consumer could not apply, kept until they are retried or given up by hand.
CREATE TABLE dead_letter (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  consumer_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position BIGINT NOT NULL,
  event MEDIUMBLOB NOT NULL,
  error_code INT NOT NULL,
  error_reason VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  error_text VARBINARY(1000) NOT NULL,
  attempts INT NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (org_id, consumer_name, source_name, position),
  UNIQUE KEY dead_letter_by_position (consumer_name, source_name, position)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
