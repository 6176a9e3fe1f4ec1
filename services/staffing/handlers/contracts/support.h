// What the handlers of contracts share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "services/staffing/domain/outsourcing/breaches.h"
#include "services/staffing/domain/outsourcing/invoice.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/store/contracts.h"

namespace kefu::staffing {

// The stored contract with its etag. INTERNAL when it does not parse.
absl::StatusOr<v1::Contract> ContractOf(const store::ContractRow& row);
absl::StatusOr<v1::Breach> BreachOf(const store::BreachRow& row);
// For those who may not read prices: without price and penalties.
v1::Contract WithoutPrices(v1::Contract contract);
v1::LevelResult WithoutPrices(v1::LevelResult level);
v1::Breach WithoutPrices(v1::Breach breach);
// Open or charged.
bool Stands(const v1::Breach& breach);

// Keeps a contract that has changed, and tells of it.
absl::StatusOr<v1::Contract> SaveContract(const Dependencies& deps, db::Transaction& t,
                                          std::string_view org_id, store::ContractRow row,
                                          v1::Contract contract, absl::Time now);

// The first day of a month named by one of its days.
absl::CivilDay MonthOf(bool present, const kefu::common::v1::Date& month,
                       FieldViolations& violations);

// What the reports of a month or week tell of a contract.
struct ContractFigures {
  std::map<std::string, outsourcing::Figure> figures;  // shares and means, by metric
  std::vector<outsourcing::AgentSales> sales;
  std::vector<v1::ContractReport> reports;  // one for each shop, without id while it is not whole

  bool complete() const;
};
// Of a month that a base's contract covers in part, the figures of its days: a report that does not
// tell them counts as not there.
absl::StatusOr<ContractFigures> LoadMonth(db::Transaction& t, std::string_view org_id,
                                          const v1::Contract& contract, absl::CivilDay month);
// The week given by its Monday.
absl::StatusOr<ContractFigures> LoadWeek(db::Transaction& t, std::string_view org_id,
                                         const v1::Contract& contract, absl::CivilDay monday);
// The week as it is now, judged.
absl::StatusOr<v1::WeekResult> JudgeWeek(db::Transaction& t, std::string_view org_id,
                                         const v1::Contract& contract, absl::CivilDay monday);

// Judges a month of a contract that is locked, with the weeks that end in it: opens breaches,
// withdraws those that later figures do not bear out, and tells of both. Months outside the
// contract open nothing. Levels are judged when the month or week is over, milestones from the day
// after they were due.
absl::StatusOr<v1::CheckContractResponse> CheckMonth(const Dependencies& deps, db::Transaction& t,
                                                     std::string_view org_id,
                                                     const v1::Contract& contract,
                                                     absl::CivilDay month, absl::CivilDay today,
                                                     absl::Time now);

// Opens the breaches of milestones that were missed last month or in this one and that nobody has
// opened yet; whether there was one. The contract is locked.
absl::StatusOr<bool> OpenMissedMilestones(const Dependencies& deps, db::Transaction& t,
                                          std::string_view org_id, const v1::Contract& contract,
                                          absl::CivilDay today, absl::Time now);

// The breaches of a month, and what all of them up to then let the merchant ask for.
struct BreachesSoFar {
  std::vector<v1::Breach> of_month;
  std::optional<outsourcing::Demand> demand;
};
absl::StatusOr<BreachesSoFar> BreachesUpTo(db::Transaction& t, std::string_view org_id,
                                           const v1::Contract& contract, absl::CivilDay month);

// The month's issued invoice, or what it would be now. FAILED_PRECONDITION CONTRACT_PERIOD,
// MONTH_NOT_REPORTED.
absl::StatusOr<v1::Invoice> InvoiceOf(db::Transaction& t, std::string_view org_id,
                                      const v1::Contract& contract, absl::CivilDay month);

// Judges a month of every contract with the shop, when a report of it has come.
absl::Status CheckContractsOfShop(const Dependencies& deps, db::Transaction& t,
                                  std::string_view org_id, std::string_view shop_id,
                                  absl::CivilDay month, absl::Time now);

}  // namespace kefu::staffing
