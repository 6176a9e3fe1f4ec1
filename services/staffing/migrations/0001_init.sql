-- Staffing. Every primary key begins with org_id: the tenant, and the shard key on a distributed
-- engine. Rows are never deleted (they are archived or end), so references are checked by the writer
-- and need no foreign keys. Instants are microseconds UTC, enums are stored by name, `version` is
-- the etag of a mutable row.

CREATE TABLE organization (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name  VARCHAR(200) NOT NULL,
  time_zone     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency_code CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version       BIGINT NOT NULL,
  create_us     BIGINT NOT NULL,
  update_us     BIGINT NOT NULL,
  PRIMARY KEY (org_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE shop (
  org_id                VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id               VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name          VARCHAR(200) NOT NULL,
  platform              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  external_id           VARCHAR(200) NULL,
  time_zone             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency_code         CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage                 VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operation             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agency                VARCHAR(200) NULL, -- NULL: no agency runs the shop
  agency_warehouse      BOOLEAN NOT NULL,
  agency_pre_sales      BOOLEAN NOT NULL,
  agency_after_sales    BOOLEAN NOT NULL,
  agency_product        BOOLEAN NOT NULL,
  agency_design         BOOLEAN NOT NULL,
  agency_promotion      BOOLEAN NOT NULL,
  agency_fee_currency   CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agency_fee_minor      BIGINT NOT NULL,
  agency_commission_bps INT NOT NULL,
  open_date             DATE NULL,
  state                 VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version               BIGINT NOT NULL,
  create_us             BIGINT NOT NULL,
  update_us             BIGINT NOT NULL,
  PRIMARY KEY (org_id, shop_id),
  UNIQUE KEY shop_external_id (org_id, platform, external_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE site (
  org_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  site_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  mode         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  region_code  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  time_zone    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': the merchant's own
  seats        INT NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version      BIGINT NOT NULL,
  create_us    BIGINT NOT NULL,
  update_us    BIGINT NOT NULL,
  PRIMARY KEY (org_id, site_id),
  KEY site_base (org_id, base_id, site_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE team (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  team_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name  VARCHAR(200) NOT NULL,
  site_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lead_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version       BIGINT NOT NULL,
  create_us     BIGINT NOT NULL,
  update_us     BIGINT NOT NULL,
  PRIMARY KEY (org_id, team_id),
  KEY team_site (org_id, site_id, team_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE team_shop (
  org_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  team_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, team_id, shop_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE agent (
  org_id                  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id                VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name            VARCHAR(200) NOT NULL,
  employee_number         VARCHAR(64) NULL,
  employment              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_id                 VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': own
  hire_date               DATE NOT NULL,
  leave_date              DATE NULL,
  state                   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  prior_experience_months INT NOT NULL,
  education               VARCHAR(64) NOT NULL,
  languages               VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- a,b,c
  skills                  VARCHAR(8000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- a,b,c
  chat_concurrency        INT NOT NULL,
  version                 BIGINT NOT NULL,
  create_us               BIGINT NOT NULL,
  update_us               BIGINT NOT NULL,
  PRIMARY KEY (org_id, agent_id),
  UNIQUE KEY agent_employee_number (org_id, employee_number),
  KEY agent_base (org_id, base_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The primary key makes an account of a platform one agent's only.
CREATE TABLE chat_account (
  org_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account  VARCHAR(200) NOT NULL,
  agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, platform, account),
  KEY chat_account_agent (org_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Free of overlaps per agent; written under the lock of the agent's row.
CREATE TABLE team_membership (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_date DATE NOT NULL,
  end_date   DATE NULL,
  team_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (org_id, agent_id, start_date),
  KEY team_membership_team (org_id, team_id, agent_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE assignment (
  org_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  assignment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  duty          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_date    DATE NOT NULL,
  end_date      DATE NULL,
  version       BIGINT NOT NULL,
  create_us     BIGINT NOT NULL,
  update_us     BIGINT NOT NULL,
  PRIMARY KEY (org_id, assignment_id),
  KEY assignment_agent (org_id, agent_id, assignment_id),
  KEY assignment_shop (org_id, shop_id, assignment_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append only: valid time in effective_date, recorded time in record_us.
CREATE TABLE tier_change (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq            INT NOT NULL, -- from 1 without gaps, under the lock of the agent's row
  tier_change_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tier_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grade_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  track          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  effective_date DATE NOT NULL,
  kind           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason         VARCHAR(2000) NOT NULL,
  evidence       TEXT NOT NULL, -- one reference a line
  ladder_version INT NOT NULL,
  corrects_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  actor          VARCHAR(256) NOT NULL,
  record_us      BIGINT NOT NULL,
  PRIMARY KEY (org_id, agent_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
