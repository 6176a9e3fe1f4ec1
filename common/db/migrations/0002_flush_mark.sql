-- Counted up by a transaction of its own, whose commit has the redo log flushed: what was committed before outlives a
-- crash then. One row, made by its first use.
CREATE TABLE flush_mark (
  org_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
