-- A month names its shops, their scorecards and what is undecided of it: more than 64 KiB of an organization.
ALTER TABLE pay_period MODIFY body MEDIUMBLOB NOT NULL;
