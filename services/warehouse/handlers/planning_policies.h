// Policies of fulfilment planning as the handlers use them: read for a day, with their fall-backs.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/database.h"
#include "common/status/error.h"
#include "services/warehouse/convert/allocation.h"
#include "services/warehouse/convert/promise.h"
#include "services/warehouse/convert/slotting.h"
#include "services/warehouse/domain/promise.h"
#include "services/warehouse/store/planning.h"

namespace kefu::warehouse {

// Kinds as they are stored.
inline constexpr std::string_view kNodeScheduleKind = "node_schedule";
inline constexpr std::string_view kCarrierServiceKind = "carrier_service";
inline constexpr std::string_view kAllocationPolicyKind = "allocation_policy";
inline constexpr std::string_view kSlottingPolicyKind = "slotting_policy";

// A stored policy as a message with its version and time. INTERNAL when it does not parse.
template <class Proto>
absl::StatusOr<Proto> MessageOf(const store::PolicyVersion& stored) {
  Proto proto;
  if (!proto.ParseFromString(stored.body)) return Internal("a stored policy does not parse");
  proto.set_version(stored.version);
  *proto.mutable_create_time() = ::kefu::convert::ToProto(stored.create_time);
  return proto;
}

// The schedules that count for some nodes on a day.
struct ScheduleBook {
  std::map<std::string, domain::NodeSchedule, std::less<>> own;
  std::optional<domain::NodeSchedule> fallback;  // the organization's

  const domain::NodeSchedule& Of(std::string_view node_id) const {
    const auto found = own.find(node_id);
    if (found != own.end()) return found->second;
    return fallback ? *fallback : domain::DefaultNodeSchedule();
  }
};
absl::StatusOr<ScheduleBook> LoadSchedules(db::Transaction& t, std::string_view org_id,
                                           const std::set<std::string>& node_ids,
                                           absl::CivilDay day);

// The services that count on a day and are not withdrawn, of one carrier and with one code unless
// these are empty. The shipped one only when the organization has none at all.
absl::StatusOr<std::vector<domain::CarrierService>> LoadCarrierServices(
    db::Transaction& t, std::string_view org_id, absl::CivilDay day, std::string_view carrier_id,
    std::string_view service_code);

// The organization's policy on a day, or the shipped one with version 0.
template <class Proto>
absl::StatusOr<Proto> OrganizationPolicy(db::Transaction& t, std::string_view org_id,
                                         std::string_view kind, absl::CivilDay day,
                                         const Proto& shipped) {
  auto stored = store::PoliciesOn(t, org_id, kind, {""}, day);
  if (!stored.ok()) return stored.status();
  return stored->empty() ? shipped : MessageOf<Proto>(stored->begin()->second);
}

}  // namespace kefu::warehouse
