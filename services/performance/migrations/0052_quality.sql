-- Versions of policies of judgement by kind and key ("diagnosis" with the key "", "form" with the form's id); bodies are
-- kefu.performance.v1 messages.
CREATE TABLE judgement_policy (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  policy_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  effective_from DATE NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, kind, policy_key, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE inspection_sample (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sample_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, sample_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- counts: 1 for what figures are made of, 0 for second scorings and overturned ones.
CREATE TABLE inspection (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inspection_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inspector VARCHAR(200) NOT NULL,
  centipoints INT NOT NULL,
  accurate TINYINT NOT NULL,
  polite TINYINT NOT NULL,
  counts TINYINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, shop_id, inspection_id),
  UNIQUE KEY inspection_once (org_id, shop_id, conversation_id, agent_id, inspector),
  KEY inspection_by_day (org_id, shop_id, day, inspection_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
