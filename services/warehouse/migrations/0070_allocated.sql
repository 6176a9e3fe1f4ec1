-- What the work in the house has taken hold of.

-- Pieces of the row that a pick task, a staged shipment or an open count has taken hold of: nobody else may take them.
ALTER TABLE stock ADD COLUMN allocated BIGINT NOT NULL DEFAULT 0,
  ADD CONSTRAINT stock_allocated CHECK (allocated >= 0 AND allocated <= on_hand);

-- Shipments at work on the reservation: while there are any, it is neither released nor moved nor shipped past them.
ALTER TABLE reservation ADD COLUMN open_shipments INT NOT NULL DEFAULT 0,
  ADD CONSTRAINT reservation_open_shipments CHECK (open_shipments >= 0);
