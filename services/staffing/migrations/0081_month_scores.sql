-- Scores of performance's months as it told them last; what promotions may ask for.
CREATE TABLE month_score (
  org_id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month             DATE NOT NULL, -- its first day
  agent_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scorecard_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scorecard_version BIGINT NOT NULL,
  centipoints       BIGINT NOT NULL,
  max_centipoints   BIGINT NOT NULL, -- 0: the scorecard has no whole
  complete          BOOLEAN NOT NULL,
  PRIMARY KEY (org_id, shop_id, month, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
