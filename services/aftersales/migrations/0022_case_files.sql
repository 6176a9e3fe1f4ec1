-- Comments, links, merged duplicates and evidence after opening.
ALTER TABLE aftersales_case
  ADD COLUMN merged_into_case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

ALTER TABLE case_evidence
  ADD COLUMN superseded_by INT NOT NULL DEFAULT 0, -- number (seq + 1) of the item in its place; 0: it stands
  ADD COLUMN attach_us     BIGINT NULL,            -- NULL: the case was opened with it
  ADD COLUMN attached_by   VARCHAR(256) NOT NULL DEFAULT '';

ALTER TABLE case_activity
  ADD COLUMN internal BOOLEAN NOT NULL DEFAULT FALSE; -- only for the merchant's own people

-- The defaults are the shipped numbers: this product's.
ALTER TABLE case_policy
  ADD COLUMN max_evidence_bytes BIGINT NOT NULL DEFAULT 104857600,
  ADD COLUMN max_evidence_items INT NOT NULL DEFAULT 50,
  ADD COLUMN evidence_types     VARCHAR(6000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
    DEFAULT 'image/jpeg,image/png,image/webp,image/gif,image/heic,video/mp4,video/quicktime,video/webm,audio/mpeg,audio/mp4,audio/aac,audio/wav,application/pdf,text/plain';

CREATE TABLE case_comment (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  comment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- in order of time
  visibility VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  text       TEXT NOT NULL,
  author     VARCHAR(256) NOT NULL,
  create_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id, comment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each link stands twice, as either case reads it.
CREATE TABLE case_link (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  other_case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- what the first is to the other
  author        VARCHAR(256) NOT NULL,
  create_us     BIGINT NOT NULL,
  PRIMARY KEY (org_id, case_id, other_case_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What was merged into a case, directly or by way of others.
CREATE TABLE case_merge (
  org_id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  survivor_case_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merged_case_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, survivor_case_id, merged_case_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
