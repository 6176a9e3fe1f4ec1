-- What a corrected month's net sales and commission came to by the correction: the rate of later refunds. NULL: not kept then. A row of 0
-- says that the pay stayed and these changed.
ALTER TABLE pay_correction
  ADD COLUMN returning_sales_minor BIGINT NULL,
  ADD COLUMN returning_commission_minor BIGINT NULL,
  ADD COLUMN new_sales_minor BIGINT NULL,
  ADD COLUMN new_commission_minor BIGINT NULL;
