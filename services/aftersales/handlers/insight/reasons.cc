// Reasons of cases, their trend and the cases behind them.
#include "services/aftersales/store/reasons.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/case_figures.h"
#include "services/aftersales/handlers/insight/case_figure_handlers.h"
#include "services/aftersales/handlers/insight/figure_requests.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/store/authority.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::insight::ReasonDimension;
using domain::insight::ReasonGroup;
using domain::insight::ReasonQuery;

template <class Request>
std::optional<ReasonGroup> WithinOf(const RequestContext& ctx, const Request& request,
                                    FieldViolations& violations) {
  if (!request.has_within()) return std::nullopt;
  return GroupOf(ctx, request.within(), "within", violations);
}

// What GetReasons asks for besides its page.
struct ReasonsAsked {
  ReasonQuery query;
  ReasonDimension by = ReasonDimension::kUnspecified;
  int64_t least_cases = 1;
  bool count_sold = false;

  std::string Text() const {
    return fmt::format("{} {} {} {}", static_cast<int>(by), least_cases, count_sold,
                       TextOf(query.within));
  }
};

absl::StatusOr<ReasonsAsked> FromProto(const RequestContext& ctx,
                                       const v1::GetReasonsRequest& request) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  ReasonsAsked asked;
  asked.by = DimensionOf(ctx, request.by(), "by", violations);
  asked.query.within = WithinOf(ctx, request, violations);
  violations.Check(request.least_cases() >= 0 && request.least_cases() <= 1'000'000, "least_cases",
                   "must be 0 to 1000000");
  violations.Check(!request.count_sold() || !ctx.principal.IsBase(), "count_sold",
                   "must not be set by a base");
  asked.least_cases = std::max<int64_t>(1, request.least_cases());
  asked.count_sold = request.count_sold();
  ASSIGN_OR_RETURN(asked.query.period, PeriodOf(ctx, request, violations));
  return asked;
}

absl::StatusOr<v1::GetReasonsResponse> Answer(db::Transaction& t, const std::string& shop_id,
                                              ReasonsAsked asked, const store::ReasonPage& page,
                                              uint64_t hash) {
  domain::insight::CasePeriod& period = asked.query.period;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetInstants(t, shop_id, period));
  const absl::CivilDay previous = period.first - (period.last - period.first + 1);
  const absl::Time previous_from = StartOfDay(previous, zone);
  ASSIGN_OR_RETURN(asked.query.currency, store::Currency(t, period.org_id));
  ASSIGN_OR_RETURN(auto rows, store::Reasons(t, asked.query, asked.by, previous_from, page));
  v1::GetReasonsResponse response;
  if (CutPage(rows, page.limit - 1)) {
    response.set_next_page_token(
        db::EncodePageToken(hash, {fmt::format("{}", rows.back().cases), rows.back().value}));
  }
  if (asked.count_sold) RETURN_IF_ERROR(store::FillSold(t, period, asked.by, rows));
  for (const auto& row : rows) {
    *response.add_rows() = convert::ToProto(row, asked.by, asked.query.currency);
  }
  ASSIGN_OR_RETURN(const store::CaseCounts all, store::CountCases(t, asked.query, previous_from));
  response.set_cases(all.cases);
  response.set_previous_cases(all.previous_cases);
  return response;
}

}  // namespace

absl::StatusOr<v1::GetReasonsResponse> CaseFigureHandlers::GetReasons(
    const RequestContext& ctx, const v1::GetReasonsRequest& request) const {
  ASSIGN_OR_RETURN(const ReasonsAsked asked, FromProto(ctx, request));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, asked.query.period, asked.Text());
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  store::ReasonPage page{.least_cases = asked.least_cases, .limit = size + 1};
  if (!keys.empty()) {
    page.after_cases = NumberIn(keys[0]);
    page.after_value = keys[1];
  }
  return deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return Answer(t, request.shop_id(), asked, page, hash);
  });
}

absl::StatusOr<v1::GetReasonTrendResponse> CaseFigureHandlers::GetReasonTrend(
    const RequestContext& ctx, const v1::GetReasonTrendRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  ReasonQuery query;
  query.within = WithinOf(ctx, request, violations);
  const auto step = static_cast<domain::insight::TrendStep>(
      fields::OptionalEnum<v1::TrendStep>(request.step(), "step", violations));
  ASSIGN_OR_RETURN(query.period, PeriodOf(ctx, request, violations));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::GetReasonTrendResponse> {
        ASSIGN_OR_RETURN(const absl::TimeZone zone,
                         SetInstants(t, request.shop_id(), query.period));
        ASSIGN_OR_RETURN(const auto quarters, store::CasesByQuarter(t, query));
        auto points = domain::insight::StepsOf(query.period.first, query.period.last, step);
        v1::GetReasonTrendResponse response;
        auto point = points.begin();
        for (const auto& [at, cases] : quarters) {
          while (point->last < DayOf(at, zone)) ++point;
          point->cases += cases;
          response.set_cases(response.cases() + cases);
        }
        for (const auto& one : points) *response.add_points() = convert::ToProto(one);
        return response;
      });
}

absl::StatusOr<v1::ListReasonCasesResponse> CaseFigureHandlers::ListReasonCases(
    const RequestContext& ctx, const v1::ListReasonCasesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  ReasonQuery query;
  const ReasonGroup group = GroupOf(ctx, request.group(), "group", violations);
  query.within = WithinOf(ctx, request, violations);
  ASSIGN_OR_RETURN(query.period, PeriodOf(ctx, request, violations));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, query.period, TextOf(group) + "|" + TextOf(query.within));
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  store::CasesAfter page{.limit = size + 1};
  if (!keys.empty()) {
    page.receive_time = FromMicros(NumberIn(keys[0]));
    page.case_id = keys[1];
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListReasonCasesResponse> {
        RETURN_IF_ERROR(SetInstants(t, request.shop_id(), query.period).status());
        ASSIGN_OR_RETURN(query.currency, store::Currency(t, query.period.org_id));
        ASSIGN_OR_RETURN(auto cases, store::CasesOf(t, query, group, page));
        v1::ListReasonCasesResponse response;
        if (CutPage(cases, size)) {
          response.set_next_page_token(db::EncodePageToken(
              hash,
              {fmt::format("{}", ToMicros(cases.back().receive_time)), cases.back().case_id}));
        }
        for (const auto& one : cases) *response.add_cases() = convert::ToProto(one, query.currency);
        return response;
      });
}

}  // namespace kefu::aftersales
