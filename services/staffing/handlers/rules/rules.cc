// Working rules: published with their announcement, read, cited.
#include "common/time/civil.h"
#include "services/staffing/convert/announcements.h"
#include "services/staffing/convert/working_rules.h"
#include "services/staffing/errors_conduct.h"
#include "services/staffing/errors_workplace.h"
#include "services/staffing/handlers/announcements/support.h"
#include "services/staffing/handlers/conduct/support.h"
#include "services/staffing/handlers/rules/rule_handlers.h"
#include "services/staffing/handlers/rules/support.h"
#include "services/staffing/store/announcements.h"
#include "services/staffing/store/working_rules.h"

namespace kefu::staffing {
namespace {

using rules::Rules;

absl::StatusOr<Rules> FromRow(const std::optional<store::WorkingRulesRow>& row) {
  if (!row) return rules::ShippedRules();
  Rules result{.version = row->version,
               .effective = row->effective,
               .announcement_id = row->announcement_id,
               .published_by = row->actor,
               .create_time = row->create_time};
  ASSIGN_OR_RETURN(result.rules, convert::RulesFromBody(row->body));
  return result;
}

// How everybody is asked, with other words than the rules' own while they are not known.
v1::Announcement AskedOfEverybody(const v1::PublishWorkingRulesRequest& request) {
  v1::Announcement announcement;
  announcement.set_title("-");
  announcement.set_text("-");
  announcement.mutable_audience()->set_everybody(true);
  if (request.has_acknowledge_by_time()) {
    *announcement.mutable_acknowledge_by_time() = request.acknowledge_by_time();
  }
  announcement.set_remind_minutes_before(request.remind_minutes_before());
  return announcement;
}

// Asks everybody to acknowledge the rules, and nobody the version before any more.
absl::StatusOr<std::string> Announce(const Dependencies& deps, db::Transaction& t,
                                     const RequestContext& ctx,
                                     const v1::PublishWorkingRulesRequest& request,
                                     const Rules& next, const conduct::Catalogue& catalogue,
                                     const Rules& before) {
  FieldViolations violations;
  v1::Announcement asked = AskedOfEverybody(request);
  asked.set_title(rules::AnnouncedTitle(next));
  asked.set_text(convert::Text(rules::AnnouncedText(next, catalogue), rules::kMostAnnounced,
                               "rules", violations, /*lines=*/true));
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const auto published,
                   PublishNews(deps, t, ctx, convert::FromProto(asked, ctx.now, violations)));
  if (before.version == 0) return published.id;
  ASSIGN_OR_RETURN(const auto old,
                   store::LockAnnouncement(t, ctx.org_id(), before.announcement_id));
  if (old.state == announcements::State::kPublished) {
    RETURN_IF_ERROR(
        WithdrawNews(deps, t, ctx, old, fmt::format("第{}版已发布", next.version)).status());
  }
  return published.id;
}

absl::Status CheckPublished(const Rules& next, const conduct::Catalogue& catalogue,
                            absl::CivilDay today) {
  FieldViolations violations;
  rules::CheckRules(next, catalogue, violations);
  violations.Check(*next.effective >= today, "effective_date",
                   fmt::format("must not be before today, {}", FormatDay(today)));
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<Rules> WorkingRulesHolding(store::Reader reader, std::string_view org_id,
                                          absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto row, store::WorkingRulesOn(reader, org_id, day));
  return FromRow(row);
}

absl::Status RequireRulesAcknowledged(store::Reader reader, std::string_view org_id,
                                      std::string_view agent_id) {
  ASSIGN_OR_RETURN(const auto last, store::LastWorkingRules(reader, org_id));
  if (!last) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool acknowledged,
                   store::HasAcknowledged(reader, org_id, last->announcement_id, agent_id));
  return acknowledged ? absl::OkStatus() : error::RulesNotAcknowledged(agent_id, last->version);
}

absl::StatusOr<conduct::Event> CiteRule(store::Reader reader, std::string_view org_id,
                                        const conduct::Event& event, bool states_terms) {
  if (event.rule_id.empty()) return event;
  ASSIGN_OR_RETURN(const Rules holding, WorkingRulesHolding(reader, org_id, event.day));
  const rules::Rule* const rule = holding.Find(event.rule_id);
  if (rule == nullptr) return error::WorkingRuleUnknown(event.rule_id, event.day);
  conduct::Event cited = event;
  cited.rule_version = holding.version;
  const rules::Consequence* const follows = rule->Of(event.severity);
  if (event.kind_id.empty()) {
    if (follows == nullptr) {
      return error::ConductTerms(
          rule->id, std::vector<std::string>{"kind_id: the rule leads to none when it is that "
                                             "grave, so that one must be named"});
    }
    cited.kind_id = follows->kind_id;
  } else if (!rule->consequences.empty() && !rule->LeadsTo(event.kind_id)) {
    return error::ConductTerms(event.kind_id,
                               std::vector<std::string>{"kind_id: the rule leads to others"});
  }
  if (!states_terms && follows != nullptr && follows->kind_id == cited.kind_id) {
    cited.terms.sanction = follows->sanction;
  }
  return cited;
}

absl::StatusOr<v1::WorkingRules> WorkingRuleHandlers::PublishWorkingRules(
    const RequestContext& ctx, const v1::PublishWorkingRulesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::vector<rules::Rule> asked = convert::FromProto(request.rules(), violations);
  const auto day = convert::OptionalDay(request.has_effective_date(), request.effective_date(),
                                        "effective_date", violations);
  convert::FromProto(AskedOfEverybody(request), ctx.now, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::WorkingRules>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::WorkingRules> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        // Versions follow each other.
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status());
        ASSIGN_OR_RETURN(const auto row, store::LastWorkingRules(t, ctx.org_id()));
        ASSIGN_OR_RETURN(const Rules before, FromRow(row));
        ASSIGN_OR_RETURN(const auto catalogue, CatalogueInForce(t, ctx.org_id()));
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        Rules next{.version = before.version + 1,
                   .effective = day.value_or(today),
                   .rules = asked.empty() ? before.rules : asked,
                   .published_by = ctx.principal.subject,
                   .create_time = ctx.now};
        RETURN_IF_ERROR(CheckPublished(next, catalogue, today));
        ASSIGN_OR_RETURN(next.announcement_id,
                         Announce(deps_, t, ctx, request, next, catalogue, before));
        v1::WorkingRulesPublished event;
        *event.mutable_rules() = convert::ToProto(next);
        event.mutable_rules()->set_last_version(next.version);
        RETURN_IF_ERROR(store::InsertWorkingRules(
            t, ctx.org_id(),
            {next.version, *next.effective, event.rules().SerializeAsString(), next.announcement_id,
             next.published_by, next.create_time}));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, next.announcement_id, event));
        return event.rules();
      });
}

absl::StatusOr<v1::WorkingRules> WorkingRuleHandlers::GetWorkingRules(
    const RequestContext& ctx, const v1::GetWorkingRulesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  violations.Check(request.version() >= 0, "version", "must not be negative");
  const auto day =
      convert::OptionalDay(request.has_on_date(), request.on_date(), "on_date", violations);
  violations.Check(request.version() == 0 || !day, "on_date", "must not be set beside version");
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::WorkingRules> {
        Rules found;
        if (request.version() > 0) {
          ASSIGN_OR_RETURN(const auto row,
                           store::WorkingRulesVersion(t, ctx.org_id(), request.version()));
          if (!row) return error::WorkingRulesNotFound(request.version());
          ASSIGN_OR_RETURN(found, FromRow(row));
        } else {
          ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
          ASSIGN_OR_RETURN(found, WorkingRulesHolding(t, ctx.org_id(), day.value_or(today)));
        }
        ASSIGN_OR_RETURN(const auto last, store::LastWorkingRules(t, ctx.org_id()));
        v1::WorkingRules proto = convert::ToProto(found);
        proto.set_last_version(last ? last->version : 0);
        return proto;
      });
}

}  // namespace kefu::staffing
