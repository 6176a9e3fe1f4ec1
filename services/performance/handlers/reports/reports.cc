// Making, reading, listing and comparing reports.
#include "services/performance/handlers/reports/reports.h"

#include <fmt/format.h>

#include "absl/strings/numbers.h"
#include "common/auth/permissions.h"
#include "common/auth/principal.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/figures.h"
#include "services/performance/convert/report_differences.h"
#include "services/performance/errors.h"
#include "services/performance/errors_reports.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/names.h"
#include "services/performance/handlers/reports/content.h"
#include "services/performance/handlers/reports/months.h"
#include "services/performance/store/reports.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

constexpr int kMostDifferences = 10'000;  // of a page

store::ReportKey KeyOf(const ReportScope& scope, const convert::AskedReport& asked,
                       const std::string& definition_id) {
  return {scope.scope, std::string(convert::KindName(asked.kind)),
          domain::ReportPeriodOf(asked.kind, asked.day).first,
          scope.scope.shop_id.empty() ? convert::OrganizationKey(scope.currency)
                                      : convert::SubjectKey(asked.subject),
          definition_id.empty() ? "default" : definition_id};
}

// Stores the content as the next version, unless the newest says the same. Makers of one shop's
// reports take turns by the lock on its settings.
absl::StatusOr<v1::Report> Save(db::Transaction& t, const store::ReportKey& key,
                                const v1::Report& content, std::string report_id,
                                const RequestContext& ctx) {
  if (key.scope.shop_id.empty()) {
    RETURN_IF_ERROR(store::LockShops(t, key.scope.org_id));
  } else {
    RETURN_IF_ERROR(store::LoadSettings(t, key.scope, /*lock=*/true).status());
  }
  ASSIGN_OR_RETURN(const auto newest, store::FindReport(t, key, 0));
  const std::string hash = convert::ContentHash(content);
  if (newest && newest->content_hash == hash) return convert::ReportFromBytes(newest->head, "");
  v1::Report head = content, body;
  body.mutable_sections()->Swap(head.mutable_sections());
  head.set_report_id(std::move(report_id));
  head.set_version(newest ? newest->version + 1 : 1);
  *head.mutable_create_time() = kefu::convert::ToProto(ctx.now);
  head.set_content_hash(hash);
  RETURN_IF_ERROR(store::InsertReport(t, key,
                                      {head.report_id(), head.version(), hash,
                                       head.SerializeAsString(), body.SerializeAsString()}));
  v1::ReportCreated event;
  *event.mutable_report() = head;
  RETURN_IF_ERROR(events::Append(t, key.scope.org_id,
                                 key.scope.shop_id.empty() ? key.scope.org_id : key.scope.shop_id,
                                 event, ctx.now));
  RETURN_IF_ERROR(TellReport(t, key, head, content, ctx.now));
  return head;
}

// Everybody's scores of a shop's month, as they are now.
absl::StatusOr<std::map<std::string, domain::Score>> ScoresOf(const ReportDependencies& deps,
                                                              const RequestContext& ctx,
                                                              const store::ReportKey& key) {
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps.database, ctx, key.scope.shop_id, ctx.deadline));
  return ScoreMonth(deps.scoring, shop, "", absl::CivilMonth(key.first_day), ctx.deadline);
}

// The organizations in which the caller may own or see a report.
std::vector<std::string> Organizations(const auth::Principal& principal) {
  if (!principal.IsBase()) return {principal.org_id};
  std::vector<std::string> organizations;
  for (const auth::Grant& grant : principal.grants) {
    if (std::ranges::find(organizations, grant.org_id) == organizations.end())
      organizations.push_back(grant.org_id);
  }
  return organizations;
}

domain::Span DaysOf(const kefu::common::v1::DateRange& days) {
  return {kefu::convert::FromProto(days.start_date()), kefu::convert::FromProto(days.end_date())};
}

bool Covers(const std::vector<domain::Span>& contracts, const domain::Span& days) {
  for (absl::CivilDay day = days.first; day <= days.last; ++day) {
    if (std::ranges::none_of(contracts, [&](const domain::Span& span) {
          return span.first <= day && day <= span.last;
        }))
      return false;
  }
  return true;
}

// What a base makes must be what its merchant would: PERMISSION_DENIED REPORT_BEYOND_CONTRACT where
// it sees only some of the days, ONLY_OWN_AGENTS where the agent was somebody else's on some.
absl::Status RequireWholePeriod(const ReportDependencies& deps, const RequestContext& ctx,
                                const ReportScope& scope, const convert::AskedReport& asked) {
  if (!ctx.principal.IsBase()) return absl::OkStatus();
  const domain::ReportPeriod period = domain::ReportPeriodOf(asked.kind, asked.day);
  const domain::Span all{domain::PeriodBefore(asked.kind, period).first, period.last};
  const ShopScope& shop = scope.shops.front();
  if (!Covers(shop.contract_days, all)) return error::ReportBeyondContract(all.first, all.last);
  if (asked.subject.kind != domain::SubjectKind::kAgent) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto in_sight,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return AgentsInSight(t, ctx, shop, all);
                   }));
  return in_sight->contains(asked.subject.id) ? absl::OkStatus() : error::OnlyOwnAgents();
}

// NOT_FOUND where the caller may not see the report: that it is there is nobody else's business.
// PERMISSION_DENIED REPORT_BEYOND_CONTRACT for a base's own of other days too. Takes away what it
// compares with where that is.
absl::Status KeepInSight(const ReportDependencies& deps, const RequestContext& ctx,
                         v1::Report& report) {
  if (report.subject().all_shops()) {
    return RequireWholeOrganization(ctx).ok() ? absl::OkStatus()
                                              : error::ReportNotFound(report.report_id());
  }
  const auto shop = RequireShopScope(deps.database, ctx, report.subject().shop_id(), ctx.deadline);
  if (absl::IsPermissionDenied(shop.status())) return error::ReportNotFound(report.report_id());
  RETURN_IF_ERROR(shop.status());
  ASSIGN_OR_RETURN(const auto in_sight,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return AgentsInSight(t, ctx, *shop, DaysOf(report.period()));
                   }));
  const bool own = report.subject().base_id() == ctx.principal.base_id;  // a base's own report
  if (in_sight && !own && !in_sight->contains(report.subject().agent_id()))
    return error::ReportNotFound(report.report_id());
  if (!ctx.principal.IsBase()) return absl::OkStatus();
  const domain::Span period = DaysOf(report.period());
  if (!Covers(shop->contract_days, period))
    return error::ReportBeyondContract(period.first, period.last);
  if (Covers(shop->contract_days, DaysOf(report.compared_period()))) return absl::OkStatus();
  for (v1::ReportSection& section : *report.mutable_sections()) {
    for (v1::ReportRow& row : *section.mutable_rows()) row.clear_compared();
  }
  return absl::OkStatus();
}

// Whose reports a list is about.
absl::StatusOr<store::Scope> ListedScope(const ReportDependencies& deps, const RequestContext& ctx,
                                         const std::string& shop_id) {
  if (shop_id.empty()) {
    RETURN_IF_ERROR(RequireWholeOrganization(ctx));
    return store::Scope{ctx.principal.org_id, ""};
  }
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps.database, ctx, shop_id, ctx.deadline));
  return shop.scope;
}

// On which days a list's periods begin, nothing: all; every fault of the request at once.
absl::StatusOr<std::optional<kefu::convert::Days>> ListedDays(
    const v1::ListReportsRequest& request) {
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  kefu::convert::OptionalId(request.shop_id(), "shop_id", violations);
  kefu::convert::OptionalEnum<v1::ReportKind>(request.kind(), "kind", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  return days;
}

// The first place of a list after a page's keys; nothing: its beginning.
absl::StatusOr<std::optional<store::ReportPosition>> PositionOf(
    const std::vector<std::string>& keys) {
  if (keys.empty()) return std::nullopt;
  store::ReportPosition position{absl::CivilDay(), keys[1]};
  if (!absl::ParseCivilTime(keys[0], &position.first_day))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  return position;
}

// The sections that are wanted, as far as they can be sent.
absl::StatusOr<v1::Report> Answer(const google::protobuf::RepeatedPtrField<std::string>& wanted,
                                  v1::Report report) {
  auto* sections = report.mutable_sections();
  for (int i = sections->size() - 1; i >= 0 && !wanted.empty(); --i) {
    if (std::ranges::find(wanted, sections->Get(i).section_id()) == wanted.end())
      sections->erase(sections->begin() + i);
  }
  if (report.ByteSizeLong() > kMostAnswerBytes)
    return error::ReportTooLarge("section_ids", "fewer sections, or export the report");
  return report;
}

// A page of what differs; all of it where no size is asked.
absl::StatusOr<v1::CompareReportsResponse> PageOf(v1::CompareReportsResponse all,
                                                  const v1::CompareReportsRequest& request,
                                                  uint64_t filter) {
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), filter, 1));
  const int count = all.differences_size();
  int begin = 0;
  if (!keys.empty() && (!absl::SimpleAtoi(keys[0], &begin) || begin < 0 || begin > count))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  const int size = std::min(request.page_size(), kMostDifferences);
  const int end = size == 0 ? count : begin + std::min(size, count - begin);
  all.set_different_figures(count);
  all.mutable_differences()->DeleteSubrange(end, count - end);
  all.mutable_differences()->DeleteSubrange(0, begin);
  if (end < count) all.set_next_page_token(db::EncodePageToken(filter, {std::to_string(end)}));
  if (all.ByteSizeLong() > kMostAnswerBytes)
    return error::ReportTooLarge("page_size", "pages of some 10,000 differences");
  return all;
}

}  // namespace

absl::StatusOr<v1::Report> ReportHandlers::Load(const RequestContext& ctx,
                                                const std::string& report_id) const {
  FieldViolations violations;
  kefu::convert::Id(report_id, "report_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  for (const std::string& org_id : Organizations(ctx.principal)) {
    ASSIGN_OR_RETURN(const auto row,
                     deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                       return store::LoadReport(t, org_id, report_id);
                     }));
    if (!row) continue;
    ASSIGN_OR_RETURN(v1::Report report, convert::ReportFromBytes(row->head, row->body));
    RETURN_IF_ERROR(KeepInSight(deps_, ctx, report));
    v1::Report* const named[] = {&report};
    RETURN_IF_ERROR(NameReports(deps_.database, ctx, org_id, named));
    return report;
  }
  return error::ReportNotFound(report_id);
}

absl::StatusOr<v1::Report> ReportHandlers::CreateReport(
    const RequestContext& ctx, const v1::CreateReportRequest& request) const {
  FieldViolations violations;
  const auto asked = convert::AskedReportFrom(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ReportScope scope, RequireReportScope(deps_, ctx, asked));
  RETURN_IF_ERROR(RequireWholePeriod(deps_, ctx, scope, asked));
  ASSIGN_OR_RETURN(const v1::Report content,
                   ReportContent(deps_, ctx, scope, asked, request.definition_id()));
  const store::ReportKey key = KeyOf(scope, asked, request.definition_id());
  const std::string report_id = deps_.ids.Next();
  const bool scored = IsShopsMonth(key);
  std::map<std::string, domain::Score> scores;
  if (scored) {
    ASSIGN_OR_RETURN(scores, ScoresOf(deps_, ctx, key));
  }
  auto made = events::RunWrite<v1::Report>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Report> {
        ASSIGN_OR_RETURN(v1::Report report, Save(t, key, content, report_id, ctx));
        if (scored) {
          RETURN_IF_ERROR(TellScores(t, key, scores, report.currency_code(), ctx.now));
        }
        return report;
      });
  if (made.ok() && deps_.on_events) deps_.on_events();
  return made;
}

absl::StatusOr<v1::Report> ReportHandlers::GetReport(const RequestContext& ctx,
                                                     const v1::GetReportRequest& request) const {
  v1::Report report;
  if (!request.report_id().empty()) {
    ASSIGN_OR_RETURN(report, Load(ctx, request.report_id()));
    return Answer(request.section_ids(), std::move(report));
  }
  FieldViolations violations;
  const auto asked = convert::AskedReportFrom(request, violations);
  violations.Check(request.version() >= 0, "version", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ReportScope scope, RequireReportScope(deps_, ctx, asked));
  const store::ReportKey key = KeyOf(scope, asked, request.definition_id());
  ASSIGN_OR_RETURN(const auto found,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::FindReport(t, key, request.version());
                   }));
  std::string report_id = found ? found->report_id : "";
  if (!found) {
    if (request.version() > 0)
      return error::ReportNotFound(fmt::format("version {}", request.version()));
    // To read is not to store.
    if (!auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kMakeReports))
      return error::ReportNotMade();
    v1::CreateReportRequest create;
    create.set_kind(request.kind());
    *create.mutable_subject() = request.subject();
    *create.mutable_day() = request.day();
    create.set_definition_id(request.definition_id());
    create.set_currency_code(request.currency_code());
    ASSIGN_OR_RETURN(const v1::Report made, CreateReport(ctx, create));
    report_id = made.report_id();
  }
  ASSIGN_OR_RETURN(report, Load(ctx, report_id));
  return Answer(request.section_ids(), std::move(report));
}

absl::StatusOr<v1::ListReportsResponse> ReportHandlers::ListReports(
    const RequestContext& ctx, const v1::ListReportsRequest& request) const {
  ASSIGN_OR_RETURN(const auto days, ListedDays(request));
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const store::Scope scope, ListedScope(deps_, ctx, request.shop_id()));
  const std::string subject =
      ctx.principal.IsBase()
          ? convert::SubjectKey({domain::SubjectKind::kBase, ctx.principal.base_id})
          : "";
  const absl::CivilDay first = days ? days->first : absl::CivilDay(1, 1, 1),
                       last = days ? days->last : absl::CivilDay(9998, 12, 31);
  const std::string kind(convert::KindFilter(request.kind()));
  const uint64_t filter =
      db::FilterHash({ctx.method, scope.org_id, scope.shop_id, kind, subject,
                      absl::FormatCivilTime(first), absl::FormatCivilTime(last)});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), filter, 2));
  ASSIGN_OR_RETURN(const auto after, PositionOf(keys));
  ASSIGN_OR_RETURN(
      auto rows, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return store::ListReports(t, scope, kind, subject, first, last, after, page_size + 1);
      }));
  v1::ListReportsResponse response;
  if (static_cast<int>(rows.size()) > page_size) {
    rows.pop_back();
    response.set_next_page_token(db::EncodePageToken(
        filter,
        {absl::FormatCivilTime(rows.back().position.first_day), rows.back().position.report_id}));
  }
  for (const store::ListedReport& row : rows) {
    ASSIGN_OR_RETURN(*response.add_reports(), convert::ReportFromBytes(row.head, ""));
  }
  const std::vector<v1::Report*> named(response.mutable_reports()->pointer_begin(),
                                       response.mutable_reports()->pointer_end());
  RETURN_IF_ERROR(NameReports(deps_.database, ctx, scope.org_id, named));
  return response;
}

absl::StatusOr<v1::CompareReportsResponse> ReportHandlers::CompareReports(
    const RequestContext& ctx, const v1::CompareReportsRequest& request) const {
  FieldViolations violations;
  kefu::convert::Id(request.report_id(), "report_id", violations);
  kefu::convert::Id(request.other_report_id(), "other_report_id", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(v1::Report report, Load(ctx, request.report_id()));
  ASSIGN_OR_RETURN(v1::Report other, Load(ctx, request.other_report_id()));
  if (report.currency_code() != other.currency_code())
    return error::NotComparable("the reports are in different currencies");
  if (report.kind() != other.kind())
    return error::NotComparable("one is a weekly report, the other a monthly one");
  return PageOf(convert::Differences(std::move(report), std::move(other)), request,
                db::FilterHash({ctx.method, ctx.principal.org_id, ctx.principal.base_id,
                                request.report_id(), request.other_report_id()}));
}

}  // namespace kefu::performance
