-- How each person's month is shared among an organization's shops: fixed when the first of them closed the month.
CREATE TABLE pay_part (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  weight BIGINT NOT NULL,
  PRIMARY KEY (org_id, month, agent_id, shop_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- People's months are read over all shops.
ALTER TABLE attendance ADD KEY attendance_of_org (org_id, day, shop_id);
