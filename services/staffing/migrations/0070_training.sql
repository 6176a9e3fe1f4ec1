-- Training and competence, in tables of the shape of 0061. Instants are microseconds UTC.

-- Skills of agents.
CREATE TABLE agent_skill (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the record of the skill
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the skill
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- HELD, ENDED
  due_day    DATE NULL, -- the last day
  body       MEDIUMBLOB NOT NULL, -- AgentSkill
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY agent_skill_owner (org_id, owner_id, record_id),
  KEY agent_skill_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Certificates of agents.
CREATE TABLE training_certificate (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the certificate
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- its kind
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- VALID, EXPIRING, EXPIRED, REVOKED
  due_day    DATE NULL, -- when there is something to tell: the first day of the warning, or the day after the last valid one
  body       MEDIUMBLOB NOT NULL, -- TrainingCertificate
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY training_certificate_owner (org_id, owner_id, record_id),
  KEY training_certificate_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Assessments of the four sides.
CREATE TABLE competence_assessment (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the assessment
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- MADE
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- CompetenceAssessment
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY competence_assessment_owner (org_id, owner_id, record_id),
  KEY competence_assessment_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who is to pass which course.
CREATE TABLE training_assignment (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the assignment
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the course
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- OPEN, PASSED, CANCELLED
  due_day    DATE NULL, -- until when
  body       MEDIUMBLOB NOT NULL, -- TrainingAssignment
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY training_assignment_owner (org_id, owner_id, record_id),
  KEY training_assignment_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Sessions of courses.
CREATE TABLE training_session (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the session
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the course
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- ''
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- PLANNED, CANCELLED
  due_day    DATE NULL, -- the day, in the organization's zone
  body       MEDIUMBLOB NOT NULL, -- TrainingSession
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY training_session_owner (org_id, owner_id, record_id),
  KEY training_session_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who takes part in a session, and with what result.
CREATE TABLE training_enrolment (
  org_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  record_id  VARCHAR(130) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- session and agent: SESSION.AGENT
  owner_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agent
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the session
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- EnrolmentState without its prefix
  due_day    DATE NULL, -- never
  body       MEDIUMBLOB NOT NULL, -- TrainingEnrolment
  version    BIGINT NOT NULL,
  create_us  BIGINT NOT NULL,
  update_us  BIGINT NOT NULL,
  PRIMARY KEY (org_id, record_id),
  KEY training_enrolment_owner (org_id, owner_id, record_id),
  KEY training_enrolment_subject (org_id, subject_id, record_id),
  KEY training_enrolment_due (org_id, due_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
