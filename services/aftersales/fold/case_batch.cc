#include "services/aftersales/fold/case_batch.h"

#include <algorithm>

#include "common/convert/authority.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/store/authority.h"
#include "services/aftersales/store/opening.h"

namespace kefu::aftersales {
namespace {

// What stands under the key, or what `read` answers and is kept from then on.
template <class Map, class Key, class Read>
absl::StatusOr<typename Map::mapped_type> Once(Map& known, const Key& key, Read read) {
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  ASSIGN_OR_RETURN(auto value, read());
  return known.emplace(key, std::move(value)).first->second;
}

// Whatever decides which deadlines apply.
std::vector<std::string> SlaKeyOf(const store::CaseScope& scope) {
  return {scope.shop.org_id, scope.shop.shop_id, scope.shop.platform, scope.base_id,
          scope.contract_id};
}

absl::StatusOr<std::vector<authority::Policy>> OwnAuthority(
    const std::vector<std::string>& bodies) {
  std::vector<authority::Policy> own;
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(own.emplace_back(), authority::PolicyFromBody(body));
  }
  return own;
}

}  // namespace

absl::Status CaseBatch::ReadForOpening(const std::string& org_id, const std::string& shop_id,
                                       absl::Time at) {
  const ShopKey key(org_id, shop_id);
  if (for_opening_.contains(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(store::OpeningRules rules, store::ReadOpeningRules(t_, org_id, shop_id, at));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(rules.shop.zone.name));
  ASSIGN_OR_RETURN(auto assignment, AssignmentRules(rules.assignment));
  ASSIGN_OR_RETURN(auto authority, OwnAuthority(rules.authority));
  // Whoever has asked before keeps what it was told.
  const absl::CivilDay day = absl::ToCivilDay(at, zone);
  served_.emplace(std::pair(key, day),
                  std::ranges::any_of(rules.served, [&](const store::ServedDays& days) {
                    return days.first <= day && day <= days.last;
                  }));
  assignment_.emplace(org_id, std::move(assignment));
  authority_.emplace(org_id, std::move(authority));
  sla_.emplace(SlaKeyOf({rules.shop, "", ""}), std::move(rules.sla));
  shops_.emplace(key, std::move(rules.shop));
  for_opening_.insert(key);
  return absl::OkStatus();
}

absl::StatusOr<store::Shop> CaseBatch::Shop(const std::string& org_id, const std::string& shop_id) {
  return Once(shops_, ShopKey(org_id, shop_id),
              [&] { return store::FindShop(t_, org_id, shop_id); });
}

absl::StatusOr<store::SlaVersions> CaseBatch::SlaVersions(const store::CaseScope& scope) {
  return Once(sla_, SlaKeyOf(scope), [&] { return store::SlaVersionsOf(t_, scope); });
}

absl::StatusOr<domain::SlaPolicies> CaseBatch::Sla(const store::CaseScope& scope, absl::Time at) {
  ASSIGN_OR_RETURN(const store::SlaVersions versions, SlaVersions(scope));
  return store::ChooseSlaPolicies(t_, versions, at);
}

absl::StatusOr<std::vector<absl::Time>> CaseBatch::SlaChanges(const store::CaseScope& scope,
                                                              absl::Time from, absl::Time to) {
  ASSIGN_OR_RETURN(const store::SlaVersions versions, SlaVersions(scope));
  return store::SlaChangesBetween(versions, from, to);
}

absl::StatusOr<domain::AssignmentPolicy> CaseBatch::Assignment(const std::string& org_id,
                                                               absl::Time now) {
  return Once(assignment_, org_id, [&] { return AssignmentRules(t_, org_id, now); });
}

absl::StatusOr<bool> CaseBatch::IsServed(const store::AssignmentPlace& place) {
  return Once(served_, std::pair(ShopKey(place.org_id, place.shop_id), place.day),
              [&]() -> absl::StatusOr<bool> {
                ASSIGN_OR_RETURN(const auto agents, store::ServingAgents(t_, place));
                return !agents.empty();
              });
}

absl::StatusOr<std::vector<authority::Policy>> CaseBatch::Authority(const std::string& org_id) {
  return Once(authority_, org_id, [&]() -> absl::StatusOr<std::vector<authority::Policy>> {
    ASSIGN_OR_RETURN(const auto bodies, store::AuthorityPolicies(t_, org_id));
    return OwnAuthority(bodies);
  });
}

void CaseBatch::AddUnassigned(const domain::Case& record, std::string reason, absl::Time since,
                              absl::Time next) {
  unassigned_.push_back(
      {{record.org_id, record.case_id, std::move(reason), since, next}, record.shop_id});
}

absl::Status CaseBatch::Flush() {
  std::vector<const domain::Case*> inserted, updated, clocks;
  for (const domain::Case& record : inserted_) {
    inserted.push_back(&record);
    clocks.push_back(&record);
  }
  for (const Updated& each : updated_) {
    updated.push_back(&each.record);
    if (each.clocks) clocks.push_back(&each.record);
  }
  RETURN_IF_ERROR(store::InsertCases(t_, inserted));
  RETURN_IF_ERROR(store::UpdateCases(t_, updated));
  RETURN_IF_ERROR(store::SaveClocks(t_, clocks));
  RETURN_IF_ERROR(store::InsertActivities(t_, activities_));
  RETURN_IF_ERROR(store::SaveUnassigned(t_, unassigned_));
  RETURN_IF_ERROR(events::AppendMany(t_, outbox_));
  ++flushes_;
  inserted_.clear();
  updated_.clear();
  activities_.clear();
  unassigned_.clear();
  outbox_.clear();
  return absl::OkStatus();
}

CaseBatch::Mark CaseBatch::Here() const {
  return {inserted_.size(),   updated_.size(), activities_.size(),
          unassigned_.size(), outbox_.size(),  flushes_};
}

bool CaseBatch::Undo(const Mark& mark) {
  if (mark.flushes != flushes_) return false;
  inserted_.resize(mark.inserted);
  updated_.resize(mark.updated);
  activities_.resize(mark.activities);
  unassigned_.resize(mark.unassigned);
  outbox_.resize(mark.outbox);
  return true;
}

}  // namespace kefu::aftersales
