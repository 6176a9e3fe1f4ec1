// What the handlers and the job of supervision share.
#pragma once

#include <string>
#include <string_view>

#include "kefu/staffing/v1/supervision.pb.h"
#include "services/staffing/convert/supervision.h"
#include "services/staffing/domain/supervision/reporting.h"
#include "services/staffing/errors_contracts.h"
#include "services/staffing/errors_supervision.h"
#include "services/staffing/handlers/contracts/support.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/store/records.h"

namespace kefu::staffing {

enum class Hold { kRead, kLock };

// A contract with a base as the caller reaches it.
struct Supervised {
  std::string org_id;  // the merchant's
  supervision::Side side = supervision::Side::kUnspecified;
  store::ContractRow row;
  v1::Contract contract;
  absl::CivilDay today;  // in the merchant's zone
};
// NOT_FOUND, for a base's people also of what is not granted or not in force today;
// CONTRACT_NOT_WITH_BASE.
absl::StatusOr<Supervised> RequireContract(db::Transaction& t, const RequestContext& ctx,
                                           std::string_view contract_id, Hold hold);

// Whether the caller reads what is paid: both sides of it, but of the merchant's people only those
// who read billing.
bool ReadsPrices(const RequestContext& ctx);

// The contract as the merchant's own work reaches it.
absl::StatusOr<Supervised> ForMerchant(std::string_view org_id, store::ContractRow row,
                                       absl::CivilDay today);

// Tells of the contract's trial when it ends soon and nobody has decided it; whether it did. The
// contract is locked.
absl::StatusOr<bool> RemindOfTrial(const Dependencies& deps, db::Transaction& t,
                                   const Supervised& by, const supervision::Policy& policy,
                                   absl::Time now);
// Makes the reports of the contract's weeks and months that are due, keeps them and tells of them;
// how many. The contract is locked.
absl::StatusOr<int> MakeDueReports(const Dependencies& deps, db::Transaction& t,
                                   const Supervised& by, const supervision::Policy& policy,
                                   absl::Time now);

// An inspection as the caller reaches it: a base's people by one of their contracts.
struct Inspected {
  std::string org_id;
  absl::CivilDay today;
  store::RecordRow row;
  v1::BaseInspection inspection;
};
absl::StatusOr<Inspected> RequireInspection(db::Transaction& t, const RequestContext& ctx,
                                            std::string_view inspection_id,
                                            std::string_view contract_id, Hold hold);

absl::StatusOr<v1::BaseInspection> InspectionOf(const store::RecordRow& row);
absl::StatusOr<v1::BaseComplaint> ComplaintOf(const store::RecordRow& row);

// Keeps what has changed, with the columns that follow from it.
absl::Status SaveInspection(db::Transaction& t, std::string_view org_id, store::RecordRow& row,
                            v1::BaseInspection& inspection, absl::Time now);
absl::Status SaveComplaint(db::Transaction& t, std::string_view org_id, store::RecordRow& row,
                           v1::BaseComplaint& complaint, absl::Time now);

// Appends to the merchant's feed, whoever acts.
absl::Status Tell(const Dependencies& deps, db::Transaction& t, std::string_view org_id,
                  std::string_view key, const google::protobuf::Message& event, absl::Time now);

// The policy in force.
absl::StatusOr<supervision::Policy> SupervisionPolicyOf(store::Reader reader,
                                                        std::string_view org_id);

// AGENT_OF_ANOTHER_BASE unless every agent is one of the base's.
template <class Ids>
absl::Status RequireAgentsOfBase(db::Transaction& t, std::string_view org_id,
                                 std::string_view base_id, const Ids& agent_ids) {
  ASSIGN_OR_RETURN(const auto agents, store::AgentsOfBase(t, org_id, base_id));
  for (const std::string& id : agent_ids) {
    if (!agents.contains(id)) return error::AgentOfAnotherBase(id);
  }
  return absl::OkStatus();
}

}  // namespace kefu::staffing
