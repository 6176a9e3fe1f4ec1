#include "services/performance/recompute/definition_book.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>
#include <string>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/definitions.pb.h"
#include "kefu/performance/v1/pay_period.pb.h"
#include "services/performance/convert/definitions.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/errors.h"
#include "services/performance/recompute/order_judge.h"
#include "services/performance/store/definitions.h"
#include "services/performance/store/order_exclusions.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/quality.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {

absl::StatusOr<DefinitionPtr> FindDefinition(db::Transaction& t, std::string_view org_id,
                                             std::string_view name) {
  const auto asked = domain::ParseDefinitionName(name);
  if (!asked) return error::UnknownDefinition(name);
  const domain::MetricDefinition* shipped = domain::FindDefinition(asked->id);
  if (shipped != nullptr && shipped->version == asked->version)
    return std::make_shared<domain::MetricDefinition>(*shipped);
  ASSIGN_OR_RETURN(const auto body, store::LoadDefinition(t, org_id, asked->id, asked->version));
  if (body) {
    ASSIGN_OR_RETURN(auto published, convert::DefinitionFromBody(*body));
    return std::make_shared<domain::MetricDefinition>(std::move(published));
  }
  if (shipped == nullptr || asked->version != 0) return error::UnknownDefinition(name);
  return std::make_shared<domain::MetricDefinition>(*shipped);
}

absl::StatusOr<std::vector<DefinitionPtr>> ActiveDefinitions(db::Transaction& t,
                                                             const store::Scope& scope) {
  ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, scope));
  std::vector<DefinitionPtr> definitions;
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(definitions.emplace_back(), FindDefinition(t, scope.org_id, key));
  }
  return definitions;
}

absl::StatusOr<std::vector<DefinitionPtr>> DefinitionsOfPlatform(db::Transaction& t,
                                                                 std::string_view org_id,
                                                                 std::string_view platform) {
  std::map<std::string, DefinitionPtr> newest;
  for (const domain::MetricDefinition& shipped : domain::Definitions())
    newest[shipped.id] = std::make_shared<domain::MetricDefinition>(shipped);
  ASSIGN_OR_RETURN(const auto bodies, store::LoadDefinitions(t, org_id));
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(const auto published, convert::DefinitionFromBody(body));
    newest[published.id] = std::make_shared<domain::MetricDefinition>(published);
  }
  std::vector<DefinitionPtr> definitions;
  for (const auto& [id, definition] : newest) {
    if (id == "default" || domain::IsOfPlatform(*definition, platform))
      definitions.push_back(definition);
  }
  return definitions;
}

namespace {

// How long fraud matters follows the definitions: where it has changed conversations are screened
// again, and orders judged with them; also on days that have orders alone.
template <class Change>
absl::Status ScreenIfWindowChanges(db::Transaction& t, const store::Scope& scope, Change change) {
  ASSIGN_OR_RETURN(const int before, FraudDays(t, scope));
  RETURN_IF_ERROR(change());
  ASSIGN_OR_RETURN(const int after, FraudDays(t, scope));
  if (before == after) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto days, store::DaysOfVerdicts(t, scope));
  RETURN_IF_ERROR(store::MarkForScreening(t, scope, days));
  return store::MarkAllForScreening(t, scope);
}

absl::StatusOr<std::set<std::string>> KeysOfPlatform(db::Transaction& t, const store::Scope& scope,
                                                     std::string_view platform) {
  ASSIGN_OR_RETURN(const auto definitions, DefinitionsOfPlatform(t, scope.org_id, platform));
  std::set<std::string> keys;
  for (const DefinitionPtr& definition : definitions) keys.insert(definition->Key());
  return keys;
}

// By which months of the shop's pay were closed, or of its organization's.
absl::StatusOr<std::set<std::string>> KeysOfClosedMonths(db::Transaction& t,
                                                         const store::Scope& scope) {
  std::set<std::string> keys;
  for (const std::string& shop_id : {scope.shop_id, std::string()}) {
    ASSIGN_OR_RETURN(const auto rows,
                     store::ListPayPeriods(t, {scope.org_id, shop_id}, store::kBeforeAllMonths,
                                           store::kAllMonths));
    for (const store::PayPeriodRow& row : rows) {
      v1::PayPeriod period;
      if (!period.ParseFromArray(row.body.data(), static_cast<int>(row.body.size())))
        return Internal("a stored period cannot be read");
      keys.insert(fmt::format("{}@{}", period.definition_id(), period.definition_version()));
    }
  }
  return keys;
}

// What somebody asked by makes room.
absl::Status MakeRoom(db::Transaction& t, const store::Scope& scope,
                      const std::set<std::string>& needed) {
  ASSIGN_OR_RETURN(const int most, MostActive(t, scope.org_id));
  ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, scope));
  auto active = static_cast<int>(keys.size());
  for (const std::string& key : keys) {
    if (active <= most) break;
    if (needed.contains(key)) continue;
    RETURN_IF_ERROR(store::Deactivate(t, scope, key));
    --active;
  }
  return absl::OkStatus();
}

absl::Status ActivateNeeded(db::Transaction& t, const store::Scope& scope,
                            std::string_view platform) {
  ASSIGN_OR_RETURN(auto needed, KeysOfPlatform(t, scope, platform));
  for (const std::string& key : needed) RETURN_IF_ERROR(store::Activate(t, scope, key));
  ASSIGN_OR_RETURN(auto closed, KeysOfClosedMonths(t, scope));
  needed.merge(closed);
  return MakeRoom(t, scope, needed);
}

}  // namespace

absl::StatusOr<int> MostActive(db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto policy, store::PolicyOn(t, {std::string(org_id), ""},
                                                      kDefinitionPolicy, "", absl::CivilDay()));
  if (!policy) return kMostActive;
  v1::DefinitionPolicy proto;
  if (!proto.ParseFromArray(policy->body.data(), static_cast<int>(policy->body.size())))
    return Internal("a stored policy cannot be read");
  return proto.most_active();
}

absl::Status RequireRoom(db::Transaction& t, const store::Scope& scope, std::string_view platform) {
  ASSIGN_OR_RETURN(auto needed, KeysOfPlatform(t, scope, platform));
  ASSIGN_OR_RETURN(auto closed, KeysOfClosedMonths(t, scope));
  needed.merge(closed);
  ASSIGN_OR_RETURN(const int most, MostActive(t, scope.org_id));
  if (static_cast<int>(needed.size()) <= most) return absl::OkStatus();
  return error::TooManyDefinitions(
      fmt::format("shop {} (its platform and its closed months need {})", scope.shop_id,
                  fmt::join(needed, ", ")),
      most);
}

absl::Status ActivateForPay(db::Transaction& t, const store::Scope& scope,
                            std::string_view platform, std::string_view key) {
  return ScreenIfWindowChanges(t, scope, [&]() -> absl::Status {
    RETURN_IF_ERROR(store::Activate(t, scope, key));
    ASSIGN_OR_RETURN(auto needed, KeysOfPlatform(t, scope, platform));
    ASSIGN_OR_RETURN(auto closed, KeysOfClosedMonths(t, scope));
    needed.merge(closed);
    needed.insert(std::string(key));
    return MakeRoom(t, scope, needed);
  });
}

absl::Status ActivateDefaults(db::Transaction& t, const store::Scope& scope,
                              std::string_view platform) {
  return ScreenIfWindowChanges(t, scope, [&] { return ActivateNeeded(t, scope, platform); });
}

absl::Status ChangePlatform(db::Transaction& t, const store::Scope& scope, std::string_view before,
                            std::string_view after) {
  return ScreenIfWindowChanges(t, scope, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto old, DefinitionsOfPlatform(t, scope.org_id, before));
    for (const DefinitionPtr& definition : old) {
      const bool stays = definition->id == "default" || domain::IsOfPlatform(*definition, after);
      if (!stays) RETURN_IF_ERROR(store::Deactivate(t, scope, definition->Key()));
    }
    return ActivateNeeded(t, scope, after);
  });
}

absl::Status TakeBack(db::Transaction& t, const store::Scope& scope, std::string_view key) {
  return ScreenIfWindowChanges(t, scope, [&] { return store::Deactivate(t, scope, key); });
}

absl::Status Supersede(db::Transaction& t, const store::Scope& scope, std::string_view before,
                       std::string_view after) {
  RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
  return ScreenIfWindowChanges(t, scope, [&]() -> absl::Status {
    RETURN_IF_ERROR(store::Activate(t, scope, after));
    return store::Deactivate(t, scope, before);
  });
}

absl::Status ActivateWithinLimit(db::Transaction& t, const store::Scope& scope,
                                 std::string_view key) {
  // Imports hold the settings too: what they store is marked for this definition, or marked here.
  RETURN_IF_ERROR(store::LoadSettings(t, scope, /*lock=*/true).status());
  ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, scope));
  if (keys.contains(std::string(key))) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int most, MostActive(t, scope.org_id));
  if (static_cast<int>(keys.size()) >= most) return error::TooManyDefinitions(scope.shop_id, most);
  return ScreenIfWindowChanges(t, scope, [&] { return store::Activate(t, scope, key); });
}

absl::StatusOr<DefinitionPtr> FindAndActivate(db::Transaction& t, const store::Scope& scope,
                                              std::string_view name, bool may_activate) {
  ASSIGN_OR_RETURN(const auto definition, FindDefinition(t, scope.org_id, name));
  ASSIGN_OR_RETURN(const auto keys, store::ActiveKeys(t, scope));
  if (keys.contains(definition->Key())) return definition;
  if (!may_activate) return error::DefinitionNotActive(definition->Name(), scope.shop_id);
  RETURN_IF_ERROR(ActivateWithinLimit(t, scope, definition->Key()));
  return definition;
}

}  // namespace kefu::performance
