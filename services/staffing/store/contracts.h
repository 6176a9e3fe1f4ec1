// Rows of contracts, their breaches and invoices. As store.h says of the others; bodies are
// messages of the contract, opaque here.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/outsourcing/terms.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

struct ContractRow {
  std::string id;
  outsourcing::ContractKind kind = outsourcing::ContractKind::kUnspecified;
  std::string base_id;
  absl::CivilDay first_day, last_day;
  std::string body;
  domain::RecordInfo info;
};

// NOT_FOUND of a contract.
absl::StatusOr<ContractRow> FindContract(Reader reader, std::string_view org_id,
                                         std::string_view contract_id);
absl::StatusOr<ContractRow> LockContract(db::Transaction& transaction, std::string_view org_id,
                                         std::string_view contract_id);
absl::Status InsertContract(db::Transaction& transaction, std::string_view org_id,
                            const ContractRow& row, const std::vector<std::string>& shop_ids);
// Last day, body and version. The row must be locked.
absl::Status UpdateContract(db::Transaction& transaction, std::string_view org_id,
                            const ContractRow& row);
// In order of id; an empty base or an absent day does not filter.
absl::StatusOr<std::vector<ContractRow>> ListContracts(Reader reader, std::string_view org_id,
                                                       Page page, std::string_view base_id,
                                                       std::optional<absl::CivilDay> on_day);
// Contracts of the shop that are in force on some day of those.
absl::StatusOr<std::vector<ContractRow>> ContractsOfShop(db::Transaction& transaction,
                                                         std::string_view org_id,
                                                         std::string_view shop_id,
                                                         absl::CivilDay first, absl::CivilDay last);

// Contracts that are in force on some day of those, in order of id.
absl::StatusOr<std::vector<ContractRow>> ContractsWithin(Reader reader, std::string_view org_id,
                                                         absl::CivilDay first, absl::CivilDay last);

struct BreachRow {
  std::string id;
  absl::CivilDay month;
  std::string cause;  // at most one breach of a contract's month has it
  std::string state;
  std::string body;
  absl::Time create_time, update_time;
};
// NOT_FOUND of a breach.
absl::StatusOr<BreachRow> LockBreach(db::Transaction& transaction, std::string_view org_id,
                                     std::string_view contract_id, std::string_view breach_id);
absl::Status SaveBreach(db::Transaction& transaction, std::string_view org_id,
                        std::string_view contract_id, const BreachRow& row);
// Those of the months, by month and id.
absl::StatusOr<std::vector<BreachRow>> BreachesOf(Reader reader, std::string_view org_id,
                                                  std::string_view contract_id,
                                                  absl::CivilDay first_month,
                                                  absl::CivilDay last_month);
// In order of id; an empty state lists all.
absl::StatusOr<std::vector<BreachRow>> ListBreaches(Reader reader, std::string_view org_id,
                                                    std::string_view contract_id, Page page,
                                                    std::string_view state);

// The body of an issued invoice.
absl::StatusOr<std::optional<std::string>> FindInvoice(Reader reader, std::string_view org_id,
                                                       std::string_view contract_id,
                                                       absl::CivilDay month);
absl::Status InsertInvoice(db::Transaction& transaction, std::string_view org_id,
                           std::string_view contract_id, absl::CivilDay month,
                           const std::string& body, std::string_view actor, absl::Time now);

// Agents that the organization has of the base.
absl::StatusOr<std::set<std::string>> AgentsOfBase(db::Transaction& transaction,
                                                   std::string_view org_id,
                                                   std::string_view base_id);

}  // namespace kefu::staffing::store
