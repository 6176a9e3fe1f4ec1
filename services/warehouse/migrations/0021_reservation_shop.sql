-- The shop whose order a reservation is for; empty: of none in particular.

ALTER TABLE reservation
  ADD COLUMN shop_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER channel;
