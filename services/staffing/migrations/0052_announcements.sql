-- Announcements, whom they address, and who has acknowledged them. Instants are microseconds UTC.

-- next_us is the greatest BIGINT where nobody is named any more.
CREATE TABLE announcement (
  org_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  announcement_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title             VARCHAR(200) NOT NULL,
  text              VARCHAR(10000) NOT NULL,
  acknowledge_by_us BIGINT NULL,
  remind_minutes    INT NOT NULL,
  next_us           BIGINT NOT NULL,
  state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  published_by      VARCHAR(256) NOT NULL,
  withdrawn_by      VARCHAR(256) NOT NULL,
  withdraw_reason   VARCHAR(2000) NOT NULL,
  version           BIGINT NOT NULL,
  create_us         BIGINT NOT NULL,
  update_us         BIGINT NOT NULL,
  PRIMARY KEY (org_id, announcement_id),
  KEY announcement_next (next_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE announcement_audience (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  announcement_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '' of everybody
  PRIMARY KEY (org_id, announcement_id, kind, target_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE announcement_reader (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  announcement_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  acknowledge_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, announcement_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
