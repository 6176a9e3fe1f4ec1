#include "services/performance/handlers/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/errors.h"

namespace kefu::performance {
namespace {

bool Overlap(const domain::Membership& m, const domain::Span& days) {
  return m.start_day <= days.last && (!m.end_day || *m.end_day >= days.first);
}

absl::StatusOr<ShopScope> MakeScope(const RequestContext& ctx, store::Scope scope,
                                    domain::Settings settings) {
  ShopScope shop{std::move(scope), std::move(settings), absl::UTCTimeZone(), {}};
  ASSIGN_OR_RETURN(shop.zone, LoadZone(shop.settings.time_zone));
  if (!ctx.principal.IsBase()) return shop;
  for (const auth::Grant& grant : ctx.principal.grants) {
    if (grant.org_id == shop.scope.org_id && grant.shop_id == shop.scope.shop_id)
      shop.contract_days.push_back({grant.from, grant.to});
  }
  return shop;
}

bool GrantedToday(const RequestContext& ctx, const ShopScope& shop) {
  const absl::CivilDay today = absl::ToCivilDay(ctx.now, shop.zone);
  return std::ranges::any_of(shop.contract_days, [&](const domain::Span& span) {
    return span.first <= today && today <= span.last;
  });
}

// A base's shop: that of the only merchant that has granted one of this id for today.
absl::StatusOr<ShopScope> GrantedShop(db::Database& database, const RequestContext& ctx,
                                      std::string_view shop_id, absl::Time deadline) {
  std::set<std::string> orgs;
  for (const auth::Grant& grant : ctx.principal.grants) {
    if (grant.shop_id == shop_id) orgs.insert(grant.org_id);
  }
  std::vector<ShopScope> granted;
  bool configured = false;
  for (const std::string& org_id : orgs) {
    const store::Scope scope{org_id, std::string(shop_id)};
    ASSIGN_OR_RETURN(auto settings, database.RunInTransaction(deadline, [&](db::Transaction& t) {
      return store::LoadSettings(t, scope);
    }));
    if (!settings) continue;
    configured = true;
    ASSIGN_OR_RETURN(ShopScope shop, MakeScope(ctx, scope, *std::move(settings)));
    if (GrantedToday(ctx, shop)) granted.push_back(std::move(shop));
  }
  if (granted.size() == 1) return std::move(granted.front());
  if (!orgs.empty() && !configured) return error::ShopNotConfigured(shop_id);
  return PermissionDenied("SHOP_NOT_ALLOWED", fmt::format("shop {} is not open to you", shop_id));
}

}  // namespace

absl::StatusOr<ShopScope> RequireShopScope(db::Database& database, const RequestContext& ctx,
                                           std::string_view shop_id, absl::Time deadline) {
  FieldViolations violations;
  store::Scope scope{ctx.principal.org_id, kefu::convert::Id(shop_id, "shop_id", violations)};
  RETURN_IF_ERROR(violations.ToStatus());
  if (ctx.principal.IsBase()) return GrantedShop(database, ctx, shop_id, deadline);
  // What a principal's own organization may use does not depend on the day.
  RETURN_IF_ERROR(auth::RequireShop(ctx.principal, shop_id, absl::CivilDay()).status());
  ASSIGN_OR_RETURN(auto settings, database.RunInTransaction(deadline, [&](db::Transaction& t) {
    return store::LoadSettings(t, scope);
  }));
  if (!settings) return error::ShopNotConfigured(shop_id);
  return MakeScope(ctx, std::move(scope), *std::move(settings));
}

absl::StatusOr<std::vector<ShopScope>> ShopsInSight(db::Database& database,
                                                    const RequestContext& ctx,
                                                    absl::Time deadline) {
  std::set<std::string> orgs{ctx.principal.org_id};
  if (ctx.principal.IsBase()) {
    orgs.clear();
    for (const auth::Grant& grant : ctx.principal.grants) orgs.insert(grant.org_id);
  }
  return database.RunInTransaction(
      deadline, [&](db::Transaction& t) -> absl::StatusOr<std::vector<ShopScope>> {
        std::vector<ShopScope> shops;
        for (const std::string& org_id : orgs) {
          ASSIGN_OR_RETURN(const auto all, store::SettingsOfOrg(t, org_id));
          for (const domain::Settings& settings : all) {
            ASSIGN_OR_RETURN(ShopScope shop, MakeScope(ctx, {org_id, settings.shop_id}, settings));
            if (ctx.principal.IsBase() ? GrantedToday(ctx, shop)
                                       : ctx.principal.MayUseShop(settings.shop_id))
              shops.push_back(std::move(shop));
          }
        }
        return shops;
      });
}

Sight::Sight(std::string base_id, std::vector<domain::Span> contract_days,
             std::map<std::string, std::vector<domain::Membership>> bases)
    : base_id_(std::move(base_id)),
      contract_days_(std::move(contract_days)),
      bases_(std::make_move_iterator(bases.begin()), std::make_move_iterator(bases.end())) {}

bool Sight::Contracted(absl::CivilDay day) const {
  return std::ranges::any_of(contract_days_, [&](const domain::Span& span) {
    return span.first <= day && day <= span.last;
  });
}

bool Sight::AnyDay(std::string_view agent_id) const {
  if (Everything()) return true;
  const auto found = bases_.find(agent_id);
  return found != bases_.end() &&
         std::ranges::any_of(found->second, [&](const domain::Membership& m) {
           return m.id == base_id_ && std::ranges::any_of(contract_days_, [&](const auto& span) {
                    return Overlap(m, span);
                  });
         });
}

bool Sight::Agent(std::string_view agent_id, absl::CivilDay day) const {
  if (Everything()) return true;
  const auto found = bases_.find(agent_id);
  if (found == bases_.end() || !Contracted(day)) return false;
  return std::ranges::any_of(found->second, [&](const domain::Membership& m) {
    return m.id == base_id_ && Overlap(m, {day, day});
  });
}

bool Sight::Subject(const domain::SubjectId& subject, absl::CivilDay day) const {
  if (Everything()) return true;
  if (subject.kind == domain::SubjectKind::kAgent) return Agent(subject.id, day);
  return subject.kind == domain::SubjectKind::kBase && subject.id == base_id_ && Contracted(day);
}

bool Sight::Even(domain::SubjectKind kind, const domain::Span& days) const {
  if (Everything()) return true;
  if (std::ranges::none_of(contract_days_, [&](const domain::Span& span) {
        return span.first <= days.first && days.last <= span.last;
      }))
    return false;
  if (kind != domain::SubjectKind::kAgent) return true;
  return std::ranges::all_of(bases_, [&](const auto& agent) {
    return std::ranges::all_of(agent.second, [&](const domain::Membership& m) {
      return m.id != base_id_ || !Overlap(m, days) ||
             (m.start_day <= days.first && (!m.end_day || *m.end_day >= days.last));
    });
  });
}

bool Sight::Agent(std::string_view agent_id, const domain::Span& days) const {
  if (Everything()) return true;
  const auto found = bases_.find(agent_id);
  if (found == bases_.end()) return false;
  bool own = false;
  for (const domain::Membership& m : found->second) {
    if (!Overlap(m, days)) continue;
    if (m.id != base_id_) return false;
    own =
        own || std::ranges::any_of(contract_days_, [&](const domain::Span& span) {
          const domain::Span both{std::max(span.first, days.first), std::min(span.last, days.last)};
          return both.first <= both.last && Overlap(m, both);
        });
  }
  return own;
}

absl::StatusOr<Sight> SightOf(db::Transaction& t, const RequestContext& ctx,
                              const ShopScope& shop) {
  if (!ctx.principal.IsBase()) return Sight();
  ASSIGN_OR_RETURN(auto bases, store::BasesOfAgents(t, shop.scope.org_id));
  return Sight(ctx.principal.base_id, shop.contract_days, std::move(bases));
}

absl::StatusOr<std::optional<std::set<std::string>>> AgentsInSight(db::Transaction& t,
                                                                   const RequestContext& ctx,
                                                                   const ShopScope& shop,
                                                                   const domain::Span& days) {
  if (!ctx.principal.IsBase()) return std::nullopt;
  ASSIGN_OR_RETURN(const auto bases, store::BasesOfAgents(t, shop.scope.org_id));
  const Sight sight(ctx.principal.base_id, shop.contract_days, bases);
  std::set<std::string> agents;
  for (const auto& [agent_id, memberships] : bases) {
    if (sight.Agent(agent_id, days)) agents.insert(agent_id);
  }
  return agents;
}

absl::Status RequireSightOfFacts(const RequestContext& ctx) {
  return ctx.principal.IsBase() ? error::OnlyOwnAgents() : absl::OkStatus();
}

absl::Status RequireWholeOrganization(const RequestContext& ctx) {
  const bool whole = ctx.principal.shops.empty() && !ctx.principal.org_id.empty();
  return whole ? absl::OkStatus() : error::NotForShops();
}

absl::StatusOr<PolicyOwner> RequirePolicyOwner(db::Database& database, const RequestContext& ctx,
                                               std::string_view shop_id) {
  if (shop_id.empty()) {
    RETURN_IF_ERROR(RequireWholeOrganization(ctx));
    return PolicyOwner{{ctx.principal.org_id, ""},
                       "",
                       absl::ToCivilDay(ctx.now - absl::Hours(12), absl::UTCTimeZone())};
  }
  ASSIGN_OR_RETURN(const ShopScope shop, RequireShopScope(database, ctx, shop_id, ctx.deadline));
  return PolicyOwner{shop.scope, shop.settings.currency_code, absl::ToCivilDay(ctx.now, shop.zone)};
}

}  // namespace kefu::performance
