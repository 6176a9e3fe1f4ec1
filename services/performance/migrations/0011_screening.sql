-- Rules and words that organizations have published; body is a kefu.performance.v1.ScreeningPolicy.
CREATE TABLE screening_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, platform, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- How conversations with a flag, a hit of a rule or a review count. Computed for each first day; the day's mark in dirty_day has the
-- definition '!screen'. exclusion is what counts: '' after a review that took the conversation back in.
CREATE TABLE exclusion (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day DATE NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  customer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  exclusion VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  evidence VARCHAR(400) NOT NULL,
  PRIMARY KEY (org_id, shop_id, first_day, conversation_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What people decided, by the source's id: kept when the conversation is imported again.
CREATE TABLE exclusion_review (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decision VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reviewer VARCHAR(200) NOT NULL,
  reason VARCHAR(2000) NOT NULL,
  PRIMARY KEY (org_id, shop_id, conversation_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Forbidden words that agents used, by the same computation.
CREATE TABLE word_hit (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day DATE NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_index INT NOT NULL,
  word VARCHAR(100) NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  send_us BIGINT NOT NULL,
  text MEDIUMTEXT NOT NULL,
  PRIMARY KEY (org_id, shop_id, first_day, conversation_id, message_index, word)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Conversations that are there already are screened.
INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)
SELECT DISTINCT org_id, shop_id, first_day, '!screen', 1 FROM conversation
ON DUPLICATE KEY UPDATE marks = marks + 1;
