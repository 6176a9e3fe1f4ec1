-- The language of a case stands in its row, since whoever opens or corrects a case may say it.
ALTER TABLE aftersales_case
  ADD COLUMN language VARCHAR(35) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''; -- '': not known

UPDATE aftersales_case c
JOIN case_language l ON l.org_id = c.org_id AND l.case_id = c.case_id
SET c.language = l.language;

-- case_language stays until a later version: processes of the version before still read it while
-- they are being replaced.
