#include "services/warehouse/handlers/planning_policies.h"

#include "common/status/status_macros.h"

namespace kefu::warehouse {
namespace {

// What was checked when it was stored is not checked again.
template <class Proto>
auto DomainOf(const store::PolicyVersion& stored)
    -> absl::StatusOr<decltype(convert::FromProto(Proto(), std::declval<FieldViolations&>()))> {
  ASSIGN_OR_RETURN(const Proto proto, MessageOf<Proto>(stored));
  FieldViolations ignored;
  return convert::FromProto(proto, ignored);
}

}  // namespace

absl::StatusOr<ScheduleBook> LoadSchedules(db::Transaction& t, std::string_view org_id,
                                           const std::set<std::string>& node_ids,
                                           absl::CivilDay day) {
  std::set<std::string> keys = node_ids;
  keys.insert("");
  ASSIGN_OR_RETURN(const auto stored, store::PoliciesOn(t, org_id, kNodeScheduleKind, keys, day));
  ScheduleBook book;
  for (const auto& [key, version] : stored) {
    ASSIGN_OR_RETURN(domain::NodeSchedule schedule, DomainOf<v1::NodeSchedule>(version));
    if (key.empty()) {
      book.fallback = std::move(schedule);
    } else {
      book.own.emplace(key, std::move(schedule));
    }
  }
  return book;
}

absl::StatusOr<std::vector<domain::CarrierService>> LoadCarrierServices(
    db::Transaction& t, std::string_view org_id, absl::CivilDay day, std::string_view carrier_id,
    std::string_view service_code) {
  ASSIGN_OR_RETURN(const auto stored, store::PoliciesOn(t, org_id, kCarrierServiceKind, day));
  std::vector<domain::CarrierService> services;
  for (const auto& [key, version] : stored) {
    ASSIGN_OR_RETURN(domain::CarrierService service, DomainOf<v1::CarrierService>(version));
    services.push_back(std::move(service));
  }
  if (services.empty()) services.push_back(domain::DefaultCarrierService());
  std::erase_if(services, [&](const domain::CarrierService& each) {
    return each.withdrawn || (!carrier_id.empty() && each.carrier_id != carrier_id) ||
           (!service_code.empty() && each.service_code != service_code);
  });
  return services;
}

}  // namespace kefu::warehouse
