-- What of a report's body does not fit into the row of the report: pieces behind that one, in order.
CREATE TABLE report_part (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  part INT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (org_id, report_id, part)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
