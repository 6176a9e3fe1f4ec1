// The policy of the diagnosis in force, and the click costs that it names.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/judgement/diagnosis.h"
#include "services/performance/handlers/scope.h"

namespace kefu::performance {

inline constexpr std::string_view kDiagnosisPolicy = "diagnosis";  // its kind

// The shop's on a day, else the organization's, else the shipped one.
absl::StatusOr<domain::DiagnosisPolicy> DiagnosisPolicyOn(db::Transaction& t,
                                                          const store::Scope& scope,
                                                          absl::CivilDay day);

// What a click costs a shop by its policies of all days, read once.
class ClickCosts {
 public:
  ClickCosts() = default;  // known on no day
  static absl::StatusOr<ClickCosts> Load(db::Transaction& t, const ShopScope& shop);

  // By the policy in force on the day.
  domain::ClickCost On(absl::CivilDay day) const;

 private:
  using ByDay = std::vector<std::pair<absl::CivilDay, domain::ClickCost>>;
  static absl::StatusOr<ByDay> Read(db::Transaction& t, const store::Scope& scope,
                                    std::string_view currency);
  static const domain::ClickCost* Latest(const ByDay& costs, absl::CivilDay day);

  ByDay own_, of_organization_;  // by version
};

}  // namespace kefu::performance
