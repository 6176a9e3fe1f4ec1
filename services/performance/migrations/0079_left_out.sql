-- What late facts would change of a month that is too old to be corrected: told by the closed month, and not paid.
ALTER TABLE pay_correction ADD COLUMN left_out_minor BIGINT NOT NULL DEFAULT 0;
-- How the facts of a month stood (the sum of the versions in month_state) when pay last took them in: the closed months whose facts have
-- changed since are those in which something has come too late.
CREATE TABLE pay_seen (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month DATE NOT NULL,
  versions BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id, month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
