-- Reports as they stood when they were made: never changed. body is a kefu.performance.v1.Report; the columns beside it are what is
-- searched by. subject is "shop", "team:ID", "base:ID" or
-- "agent:ID".
CREATE TABLE report (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_day DATE NOT NULL,
  subject VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL,
  content_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  head BLOB NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, report_id),
  UNIQUE KEY report_by_subject (org_id, shop_id, kind, first_day, subject, definition_id, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
