// What a comparison of sales with orders has found.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "kefu/performance/v1/figures.pb.h"
#include "services/performance/store/conservation.h"

namespace kefu::performance {

class ConservationOutcome {
 public:
  ConservationOutcome(std::string_view shop_id, std::string_view definition,
                      std::string_view currency)
      : shop_id_(shop_id), definition_(definition), currency_(currency) {}

  // INTERNAL when the money of the days does not fit.
  absl::Status AddAll(const store::SalesOfDays& sales);
  // SalesConservationChecked or SalesConservationViolated about [first, last].
  absl::Status WriteEvent(db::Transaction& t, std::string_view org_id, absl::CivilDay first,
                          absl::CivilDay last, absl::Time now) const;
  const v1::CheckSalesConservationResponse& response() const { return response_; }

 private:
  kefu::common::v1::Money MoneyOf(int64_t minor) const;

  const std::string shop_id_, definition_, currency_;
  int64_t paid_minor_ = 0;
  v1::CheckSalesConservationResponse response_;
};

}  // namespace kefu::performance
