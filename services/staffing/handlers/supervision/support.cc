#include "services/staffing/handlers/supervision/support.h"

#include <set>

#include "common/auth/permissions.h"

namespace kefu::staffing {
namespace {

// The merchant's organization: of a base's people that which grants them the contract today.
absl::StatusOr<std::string> MerchantOf(db::Transaction& t, const RequestContext& ctx,
                                       std::string_view contract_id) {
  if (!ctx.principal.IsBase()) {
    RETURN_IF_ERROR(RequireOrganization(ctx));
    return std::string(ctx.org_id());
  }
  for (const auth::Grant& grant : ctx.principal.grants) {
    if (grant.contract_id != contract_id) continue;
    ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, grant.org_id));
    if (grant.Contains(absl::ToCivilDay(ctx.now, zone))) return grant.org_id;
  }
  return error::ContractNotFound(contract_id);
}

absl::StatusOr<absl::CivilDay> TodayOf(db::Transaction& t, std::string_view org_id,
                                       absl::Time now) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, org_id));
  return absl::ToCivilDay(now, zone);
}

}  // namespace

absl::StatusOr<Supervised> RequireContract(db::Transaction& t, const RequestContext& ctx,
                                           std::string_view contract_id, Hold hold) {
  Supervised found;
  found.side = ctx.principal.IsBase() ? supervision::Side::kBase : supervision::Side::kMerchant;
  ASSIGN_OR_RETURN(found.org_id, MerchantOf(t, ctx, contract_id));
  ASSIGN_OR_RETURN(found.row, hold == Hold::kLock
                                  ? store::LockContract(t, found.org_id, contract_id)
                                  : store::FindContract(t, found.org_id, contract_id));
  if (ctx.principal.IsBase() && found.row.base_id != ctx.principal.base_id) {
    return error::ContractNotFound(contract_id);
  }
  if (found.row.base_id.empty()) return error::ContractNotWithBase(contract_id);
  ASSIGN_OR_RETURN(found.contract, ContractOf(found.row));
  ASSIGN_OR_RETURN(found.today, TodayOf(t, found.org_id, ctx.now));
  // The token may say so longer than the contract, which can be ended at any time.
  const bool in_force = found.row.first_day <= found.today && found.today <= found.row.last_day;
  if (ctx.principal.IsBase() && !in_force) return error::ContractNotFound(contract_id);
  return found;
}

bool ReadsPrices(const RequestContext& ctx) {
  return ctx.principal.IsBase() ||
         auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kReadBilling);
}

absl::StatusOr<Supervised> ForMerchant(std::string_view org_id, store::ContractRow row,
                                       absl::CivilDay today) {
  Supervised by{.org_id = std::string(org_id),
                .side = supervision::Side::kMerchant,
                .row = std::move(row),
                .today = today};
  ASSIGN_OR_RETURN(by.contract, ContractOf(by.row));
  return by;
}

absl::StatusOr<Inspected> RequireInspection(db::Transaction& t, const RequestContext& ctx,
                                            std::string_view inspection_id,
                                            std::string_view contract_id, Hold hold) {
  Inspected found;
  if (ctx.principal.IsBase()) {
    ASSIGN_OR_RETURN(const Supervised by, RequireContract(t, ctx, contract_id, Hold::kRead));
    found.org_id = by.org_id;
  } else {
    RETURN_IF_ERROR(RequireOrganization(ctx));
    found.org_id = std::string(ctx.org_id());
  }
  ASSIGN_OR_RETURN(found.row,
                   hold == Hold::kLock
                       ? store::LockRecord(t, store::kInspections, found.org_id, inspection_id)
                       : store::FindRecord(t, store::kInspections, found.org_id, inspection_id));
  if (ctx.principal.IsBase() && found.row.owner_id != ctx.principal.base_id) {
    return NotFound(store::kInspections.resource, inspection_id);
  }
  ASSIGN_OR_RETURN(found.inspection, InspectionOf(found.row));
  ASSIGN_OR_RETURN(found.today, TodayOf(t, found.org_id, ctx.now));
  return found;
}

absl::StatusOr<v1::BaseInspection> InspectionOf(const store::RecordRow& row) {
  v1::BaseInspection inspection;
  if (!inspection.ParseFromString(row.body)) return Internal("a stored inspection does not parse");
  return inspection;
}

absl::StatusOr<v1::BaseComplaint> ComplaintOf(const store::RecordRow& row) {
  v1::BaseComplaint complaint;
  if (!complaint.ParseFromString(row.body)) return Internal("a stored complaint does not parse");
  return complaint;
}

absl::Status SaveInspection(db::Transaction& t, std::string_view org_id, store::RecordRow& row,
                            v1::BaseInspection& inspection, absl::Time now) {
  const auto findings = convert::FindingsOf(inspection);
  inspection.set_state(supervision::AllClosed(findings) ? v1::BASE_INSPECTION_STATE_CLOSED
                                                        : v1::BASE_INSPECTION_STATE_OPEN);
  *inspection.mutable_update_time() = kefu::convert::ToProto(now);
  row.state = kefu::convert::StoredName(inspection.state(), "BASE_INSPECTION_STATE_");
  row.due_day = supervision::NextDue(findings);
  row.body = inspection.SerializeAsString();
  return store::SaveRecord(t, store::kInspections, org_id, row, now);
}

absl::Status SaveComplaint(db::Transaction& t, std::string_view org_id, store::RecordRow& row,
                           v1::BaseComplaint& complaint, absl::Time now) {
  *complaint.mutable_update_time() = kefu::convert::ToProto(now);
  row.state = kefu::convert::StoredName(complaint.state(), "BASE_COMPLAINT_STATE_");
  const bool waits = (complaint.state() == v1::BASE_COMPLAINT_STATE_OPEN ||
                      complaint.state() == v1::BASE_COMPLAINT_STATE_IN_CORRECTION) &&
                     complaint.has_due_date() && !complaint.has_escalate_time();
  row.due_day =
      waits ? std::optional(kefu::convert::FromProto(complaint.due_date())) : std::nullopt;
  row.body = complaint.SerializeAsString();
  return store::SaveRecord(t, store::kComplaints, org_id, row, now);
}

absl::Status Tell(const Dependencies& deps, db::Transaction& t, std::string_view org_id,
                  std::string_view key, const google::protobuf::Message& event, absl::Time now) {
  t.AfterCommit(deps.on_events);
  return events::Append(t, org_id, key, event, now);
}

absl::StatusOr<supervision::Policy> SupervisionPolicyOf(store::Reader reader,
                                                        std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto body, store::LastPolicy(reader, org_id, "SUPERVISION"));
  if (!body) return supervision::Policy{};
  v1::SupervisionPolicy proto;
  if (!proto.ParseFromString(*body)) return Internal("a stored policy does not parse");
  FieldViolations none;  // it was checked when it was set
  return convert::FromProto(proto, none);
}

}  // namespace kefu::staffing
