-- Which conversations an agent handled on a day: its busy time is no sum over customers, and is computed anew from all of these when
-- one of them changes. Shops with conversations from before are listed by the service when it starts.
CREATE TABLE handling (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  conversation_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, shop_id, day, agent_id, conversation_id),
  KEY handling_by_conversation (org_id, shop_id, conversation_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
ALTER TABLE shop_settings ADD COLUMN handlings_listed TINYINT NOT NULL DEFAULT 1;
UPDATE shop_settings s SET handlings_listed = 0
WHERE EXISTS (SELECT 1 FROM conversation c WHERE c.org_id = s.org_id AND c.shop_id = s.shop_id);
