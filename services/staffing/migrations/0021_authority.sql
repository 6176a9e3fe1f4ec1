-- Policies of delegated authority.
CREATE TABLE authority_policy (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version        INT NOT NULL, -- from 1 without gaps, under the lock of the organization's row
  effective_date DATE NOT NULL,
  body           MEDIUMBLOB NOT NULL, -- AuthorityPolicy
  PRIMARY KEY (org_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
