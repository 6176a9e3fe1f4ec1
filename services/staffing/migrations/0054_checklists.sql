-- Checklists: templates, schedules, and lists with their items. Instants are microseconds UTC.

CREATE TABLE checklist_template (
  org_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body        MEDIUMBLOB NOT NULL, -- ChecklistTemplate
  update_us   BIGINT NOT NULL,
  actor       VARCHAR(256) NOT NULL,
  PRIMARY KEY (org_id, template_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- next_us is the greatest BIGINT while it is paused.
CREATE TABLE checklist_schedule (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  template_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': the organization's days
  team_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': a fixed owner
  owner_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': the team's members in turn
  weekdays       INT NOT NULL, -- a bit for each, Monday the lowest
  paused         TINYINT NOT NULL,
  last_agent_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- who did last; '': nobody yet
  next_us        BIGINT NOT NULL,
  PRIMARY KEY (org_id, template_id, shop_id, team_id),
  KEY checklist_schedule_next (next_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- overdue_us is the greatest BIGINT when nothing is left to be told as overdue.
CREATE TABLE checklist (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  checklist_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  template_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  display_name   VARCHAR(200) NOT NULL,
  shop_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': about none
  agent_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': about nobody
  team_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': none
  owner_agent_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': nobody yet
  day            DATE NOT NULL,
  due            DATE NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_by     VARCHAR(256) NOT NULL, -- '': a schedule
  cancelled_by   VARCHAR(256) NOT NULL,
  cancel_reason  VARCHAR(2000) NOT NULL,
  overdue_us     BIGINT NOT NULL,
  version        BIGINT NOT NULL,
  create_us      BIGINT NOT NULL,
  update_us      BIGINT NOT NULL,
  PRIMARY KEY (org_id, checklist_id),
  KEY checklist_overdue (overdue_us),
  KEY checklist_day (org_id, template_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE checklist_item (
  org_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  checklist_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place          INT NOT NULL,
  item_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  text           VARCHAR(500) NOT NULL,
  needs_evidence TINYINT NOT NULL,
  by_subject     TINYINT NOT NULL,
  needs          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- what must be so before
  due            DATE NOT NULL,
  overdue_us     BIGINT NOT NULL, -- the end of that day
  done_us        BIGINT NULL,
  done_by        VARCHAR(256) NOT NULL,
  evidence       VARCHAR(200) NOT NULL,
  note           VARCHAR(2000) NOT NULL,
  PRIMARY KEY (org_id, checklist_id, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
