-- The problem log, its answers, and what problems are found by. Instants are microseconds UTC.

CREATE TABLE problem (
  org_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  problem_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  question        VARCHAR(1000) NOT NULL,
  product_id      VARCHAR(64) NOT NULL,
  attribute       VARCHAR(64) NOT NULL,
  link            VARCHAR(500) NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  answer          VARCHAR(2000) NOT NULL,
  answered_by     VARCHAR(256) NOT NULL,
  answer_us       BIGINT NULL,
  answers         BIGINT NOT NULL,
  recorded_by     VARCHAR(256) NOT NULL,
  version         BIGINT NOT NULL,
  create_us       BIGINT NOT NULL,
  update_us       BIGINT NOT NULL,
  PRIMARY KEY (org_id, problem_id),
  KEY problem_product (org_id, product_id, problem_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only.
CREATE TABLE problem_answer (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  problem_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sequence    BIGINT NOT NULL,
  answer      VARCHAR(2000) NOT NULL,
  answered_by VARCHAR(256) NOT NULL,
  answer_us   BIGINT NOT NULL,
  PRIMARY KEY (org_id, problem_id, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Characters, pairs of them and words of a problem (domain/problems/search.h): FULLTEXT parsers for Chinese differ between databases.
CREATE TABLE problem_token (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token       VARBINARY(64) NOT NULL,
  problem_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  in_question TINYINT NOT NULL,
  PRIMARY KEY (org_id, token, problem_id),
  KEY problem_token_problem (org_id, problem_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
