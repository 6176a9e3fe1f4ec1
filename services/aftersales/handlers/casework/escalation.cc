// Levels of escalation (DOMAIN 4.2).
#include "common/convert/fields.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/errors_casework.h"
#include "services/aftersales/handlers/authority.h"
#include "services/aftersales/handlers/casework/casework.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::EscalationLevel;

Entry Level(domain::Case& record, EscalationLevel level, const std::string& reason) {
  const EscalationLevel before = record.work.level;
  record.work.level = level;
  return Entry{reason,
               {},
               {},
               {{"escalation_level", std::string(NameOf(before)), std::string(NameOf(level))}}};
}

absl::StatusOr<domain::CasePolicy> PolicyOf(db::Transaction& t, const RequestContext& ctx,
                                            const domain::Case& record) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, record.org_id, record.shop_id));
  return store::ChooseCasePolicy(t, shop, NowOf(ctx));
}

// Up to which level the caller stands.
EscalationLevel LevelOf(const RequestContext& ctx) {
  using auth::Role;
  const auth::RoleSet& roles = ctx.principal.roles;
  if (DecidesForMerchant(ctx)) return EscalationLevel::kMerchant;
  if (roles.contains(Role::kSupervisor)) return EscalationLevel::kSupervisor;
  return roles.Intersects({Role::kTeamLead, Role::kBaseManager}) ? EscalationLevel::kTeamLead
                                                                 : EscalationLevel::kAgent;
}

}  // namespace

absl::StatusOr<v1::Case> Handlers::EscalateCase(const RequestContext& ctx,
                                                const v1::EscalateCaseRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto asked = static_cast<EscalationLevel>(
      fields::OptionalEnum<v1::EscalationLevel>(request.level(), "level", violations));
  const std::string reason = convert::RequiredNote(request.reason(), "reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kEscalate, .at = NowOf(ctx)},
                  [&](db::Transaction& t, domain::Case& record,
                      domain::Command& command) -> absl::StatusOr<Entry> {
                    ASSIGN_OR_RETURN(const auto policy, PolicyOf(t, ctx, record));
                    ASSIGN_OR_RETURN(const EscalationLevel level,
                                     domain::RaisedLevel(policy, record.work.level, asked));
                    command.assured = domain::Guard::kLevelAbove;
                    return Level(record, level, reason);
                  });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::LowerEscalation(
    const RequestContext& ctx, const v1::LowerEscalationRequest& request) const {
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  const auto asked = static_cast<EscalationLevel>(
      fields::RequiredEnum<v1::EscalationLevel>(request.level(), "level", violations));
  const std::string reason = convert::RequiredNote(request.reason(), "reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveCase(ctx, deps_, request, request.case_id(),
                  {.verb = domain::Verb::kLowerEscalation, .at = NowOf(ctx)},
                  [&](db::Transaction& t, domain::Case& record,
                      domain::Command& command) -> absl::StatusOr<Entry> {
                    ASSIGN_OR_RETURN(const auto policy, PolicyOf(t, ctx, record));
                    ASSIGN_OR_RETURN(const EscalationLevel level,
                                     domain::LoweredLevel(policy, record.work.level, asked));
                    if (record.work.level > LevelOf(ctx)) {
                      return error::LevelAboveCaller(NameOf(record.work.level));
                    }
                    command.assured = domain::Guard::kLevelBelow;
                    return Level(record, level, reason);
                  });
}

}  // namespace kefu::aftersales
