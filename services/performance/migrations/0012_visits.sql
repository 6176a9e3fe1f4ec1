-- What the platform and its advertising tell of a shop's day.
CREATE TABLE daily_visits (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Ratings that came apart from their conversations. first_day is the conversation's, NULL while it is not there.
CREATE TABLE rating (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day DATE NULL,
  score TINYINT NOT NULL,
  body_hash BINARY(16) NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, conversation_id),
  KEY rating_by_first_day (org_id, shop_id, first_day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
