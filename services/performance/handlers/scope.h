// Whose shop a call is about.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "services/performance/domain/people.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {

// A shop that the caller may use, and how its facts are read.
struct ShopScope {
  store::Scope scope;
  domain::Settings settings;
  absl::TimeZone zone;
  // Of a base: the days of its contracts for the shop; it sees nothing of others. Everybody else
  // sees all days, and has none here.
  std::vector<domain::Span> contract_days;
};

// PERMISSION_DENIED SHOP_NOT_ALLOWED; NOT_FOUND SHOP_NOT_CONFIGURED, also for another tenant's
// shop; INVALID_ARGUMENT INVALID_FIELDS for an id that cannot be one. A base's principal acts in
// the organization of the merchant that granted the shop for today, by the shop's zone.
absl::StatusOr<ShopScope> RequireShopScope(db::Database& database, const RequestContext& ctx,
                                           std::string_view shop_id, absl::Time deadline);

// All shops that the caller may use today and that are configured here, by organization and id.
absl::StatusOr<std::vector<ShopScope>> ShopsInSight(db::Database& database,
                                                    const RequestContext& ctx, absl::Time deadline);

// What of a shop's figures somebody may see. Only a base is confined: to itself and its own agents,
// on the days on which they were its agents and its contract held.
class Sight {
 public:
  Sight() = default;  // everything
  // `bases` as store::BasesOfAgents gives them.
  Sight(std::string base_id, std::vector<domain::Span> contract_days,
        std::map<std::string, std::vector<domain::Membership>> bases);

  bool Everything() const { return base_id_.empty(); }
  bool AnyDay(std::string_view agent_id) const;  // whether the agent is in sight on any
  bool Agent(std::string_view agent_id, absl::CivilDay day) const;
  bool Subject(const domain::SubjectId& subject, absl::CivilDay day) const;
  // Whether each subject is in sight on all of the days or on none, so that sums over them can be
  // shown.
  bool Even(domain::SubjectKind kind, const domain::Span& days) const;
  // Whether something that cannot be cut into days, about an agent and these days, may be seen:
  // when the agent was the base's on some of them under its contract, and nobody else's on any.
  bool Agent(std::string_view agent_id, const domain::Span& days) const;

 private:
  bool Contracted(absl::CivilDay day) const;

  std::string base_id_;
  std::vector<domain::Span> contract_days_;
  std::map<std::string, std::vector<domain::Membership>, std::less<>> bases_;
};
absl::StatusOr<Sight> SightOf(db::Transaction& t, const RequestContext& ctx, const ShopScope& shop);

// The agents of whom the caller may see what is about all of some days together; nothing: all of
// them.
absl::StatusOr<std::optional<std::set<std::string>>> AgentsInSight(db::Transaction& t,
                                                                   const RequestContext& ctx,
                                                                   const ShopScope& shop,
                                                                   const domain::Span& days);

// PERMISSION_DENIED ONLY_OWN_AGENTS for a base: facts name customers and other agents.
absl::Status RequireSightOfFacts(const RequestContext& ctx);

// What all shops share is not for a caller who is confined to some: PERMISSION_DENIED
// SHOP_NOT_ALLOWED.
absl::Status RequireWholeOrganization(const RequestContext& ctx);

// Who owns a version of a policy: a shop, or the organization for its shops without one.
struct PolicyOwner {
  store::Scope scope;    // without a shop: the organization
  std::string currency;  // of the shop; empty: any
  absl::CivilDay today;  // for the organization the day that has begun everywhere
};
// For a shop what RequireShopScope says, else what RequireWholeOrganization says.
absl::StatusOr<PolicyOwner> RequirePolicyOwner(db::Database& database, const RequestContext& ctx,
                                               std::string_view shop_id);

}  // namespace kefu::performance
