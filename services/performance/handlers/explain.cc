// Explanations: the same computation as the figures', with what went into it written down.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/figures.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/period.h"
#include "services/performance/recompute/day_loader.h"
#include "services/performance/recompute/definition_book.h"

namespace kefu::performance {
namespace {

using domain::SubjectId;
using domain::SubjectKind;

std::string_view KindWord(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::kShop:
      return "shop";
    case SubjectKind::kTeam:
      return "team";
    case SubjectKind::kBase:
      return "base";
    case SubjectKind::kAgent:
      return "agent";
  }
  return "";
}

// What one (customer, conversation, order) adds to a figure on a day.
struct Line {
  int64_t numerator = 0, denominator = 0;
  std::string note;
};
using LineKey = std::tuple<std::string, std::string, std::string>;  // customer, conversation, order

int SignIn(const std::vector<domain::Term>& terms, domain::Measure measure) {
  for (const domain::Term& term : terms) {
    if (term.measure == measure) return term.sign;
  }
  return 0;
}

// Collects the lines of one figure. Percentiles are explained by the gaps that they rank.
class Collector {
 public:
  Collector(const domain::MetricSpec& spec, const SubjectId& subject)
      : spec_(spec), subject_(subject) {}

  void operator()(const SubjectId& subject, const domain::Contribution& c) {
    if (subject != subject_) return;
    int above = SignIn(spec_.numerator, c.measure), below = SignIn(spec_.denominator, c.measure);
    if (spec_.percentile > 0) {
      above = c.measure == domain::Measure::kResponseMicros ? 1 : 0;
      below = c.measure == domain::Measure::kResponseCount ? 1 : 0;
    }
    if (above == 0 && below == 0) return;
    Line& line = lines_[{std::string(c.customer_id), std::string(c.conversation_id),
                         std::string(c.order_id)}];
    line.numerator += above * c.amount;
    line.denominator += below * c.amount;
    if (line.note.empty()) line.note = c.note;
  }

  std::map<LineKey, Line> Take() { return std::exchange(lines_, {}); }

 private:
  const domain::MetricSpec& spec_;
  const SubjectId& subject_;
  std::map<LineKey, Line> lines_;
};

v1::ExplainRow ToProto(absl::CivilDay day, const LineKey& key, const Line& line) {
  v1::ExplainRow row;
  *row.mutable_day() = kefu::convert::ToProto(day);
  row.set_customer_id(std::get<0>(key));
  row.set_conversation_id(std::get<1>(key));
  row.set_order_id(std::get<2>(key));
  row.set_numerator(line.numerator);
  row.set_denominator(line.denominator);
  row.set_note(line.note);
  return row;
}

std::string_view VerdictName(domain::AttributionStep::Verdict verdict) {
  using enum domain::AttributionStep::Verdict;
  switch (verdict) {
    case kCredited:
      return "credited";
    case kAssist:
      return "assist";
    case kEarlierAnswer:
      return "earlier answer of the credited agent";
    case kAfterPayment:
      return "after payment";
    case kOutsideWindow:
      return "outside the window";
    case kExcluded:
      return "excluded conversation";
    case kUnnamed:
      return "agent not known";
  }
  return "";
}

// What a page of an explanation is made of, and where it starts.
struct Question {
  const domain::MetricSpec* spec;
  SubjectId subject;
  AskedPeriod asked;
  int page_size = 0;
  uint64_t filter = 0;
  absl::CivilDay from;  // first day of the page
  LineKey after;        // on that day, lines up to this one were on the page before
  bool continued = false;
};

// Reads where the page begins from its token: day, customer, conversation and order of the last row
// before.
absl::Status Locate(const RequestContext& ctx, const std::string& token, Question& q) {
  const auto [first, last] = *q.asked.days;
  q.filter =
      db::FilterHash({ctx.method, q.asked.shop.scope.org_id, q.asked.shop.scope.shop_id,
                      q.subject.id, KindWord(q.subject.kind), q.spec->id, q.asked.definition->Key(),
                      absl::FormatCivilTime(first), absl::FormatCivilTime(last)});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(token, q.filter, 4));
  q.from = first;
  q.continued = !keys.empty();
  if (!q.continued) return absl::OkStatus();
  if (!absl::ParseCivilTime(keys[0], &q.from)) {
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  }
  q.after = {keys[1], keys[2], keys[3]};
  return absl::OkStatus();
}

// Fills the page with lines, day by day.
absl::Status FillPage(db::Transaction& t, const Question& q, v1::ExplainMetricResponse& answer) {
  DayLoader loader(q.asked.shop.scope);
  Collector collector(*q.spec, q.subject);
  for (absl::CivilDay day = q.from; day <= q.asked.days->second; ++day) {
    ASSIGN_OR_RETURN(const LoadedDay loaded, loader.Load(t, *q.asked.definition, day));
    domain::ComputeDay(loaded.facts, *q.asked.definition, q.asked.shop.zone, std::ref(collector));
    for (const auto& [key, line] : collector.Take()) {
      if (q.continued && day == q.from && key <= q.after) continue;
      if (answer.rows_size() == q.page_size) {
        const v1::ExplainRow& end = answer.rows(q.page_size - 1);
        answer.set_next_page_token(db::EncodePageToken(
            q.filter, {absl::FormatCivilTime(kefu::convert::FromProto(end.day())),
                       end.customer_id(), end.conversation_id(), end.order_id()}));
        return absl::OkStatus();
      }
      *answer.add_rows() = ToProto(day, key, line);
    }
  }
  return absl::OkStatus();
}

// The figure itself, from the same days.
absl::StatusOr<v1::MetricValue> FigureOf(db::Transaction& t, const Question& q) {
  domain::Measures sum;
  if (q.asked.days) {
    ASSIGN_OR_RETURN(
        const auto rows,
        store::LoadRollups(t, q.asked.shop.scope, q.asked.definition->Key(), q.asked.days->first,
                           q.asked.days->second, q.subject.kind, q.subject.id));
    for (const store::RollupRow& row : rows) sum.Merge(row.measures);
  }
  return convert::ToProto(domain::Evaluate(*q.spec, sum), q.asked.shop.settings.currency_code);
}

// Who sold the order, what was looked at, and how much is credited.
void Describe(const domain::Attribution& credit, const domain::Order& order, const ShopScope& shop,
              v1::ExplainAttributionResponse& answer) {
  v1::Attribution* attribution = answer.mutable_attribution();
  attribution->set_credited_agent_id(credit.agent_id);
  attribution->set_conversation_id(credit.conversation_id);
  for (const std::string& assist : credit.assists) attribution->add_assist_agent_ids(assist);
  for (const domain::AttributionStep& step : credit.steps) {
    v1::AttributionStep* out = answer.add_steps();
    out->set_conversation_id(step.conversation->id);
    out->set_agent_id(step.agent_id);
    out->set_answer_time(
        absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(step.answer_us), shop.zone));
    out->set_verdict(std::string(VerdictName(step.verdict)));
  }
  answer.mutable_credited()->set_currency_code(shop.settings.currency_code);
  answer.mutable_credited()->set_minor_units(credit.agent_id.empty() ? 0 : *order.paid_minor);
}

}  // namespace

absl::StatusOr<v1::ExplainMetricResponse> Handlers::ExplainMetric(
    const RequestContext& ctx, const v1::ExplainMetricRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  Question q;
  FieldViolations violations;
  q.subject = convert::SubjectFrom(request.subject(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  q.spec = domain::FindMetric(request.metric_id());
  if (q.spec == nullptr) return error::UnknownMetrics(request.metric_id());
  if (!domain::AppliesTo(*q.spec, q.subject.kind)) {
    return error::MetricNotForSubject(q.spec->id, KindWord(q.subject.kind));
  }
  ASSIGN_OR_RETURN(q.page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(q.asked,
                   ResolvePeriod(deps_, ctx, request.subject().shop_id(), request.definition_id(),
                                 request.has_period(), request.period()));
  if (q.asked.days) RETURN_IF_ERROR(Locate(ctx, request.page_token(), q));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainMetricResponse> {
        v1::ExplainMetricResponse answer;
        *answer.mutable_metric() = convert::ToProto(*q.spec);
        *answer.mutable_definition() = convert::ToProto(*q.asked.definition);
        ASSIGN_OR_RETURN(*answer.mutable_value(), FigureOf(t, q));
        if (q.asked.days) RETURN_IF_ERROR(FillPage(t, q, answer));
        return answer;
      });
}

absl::StatusOr<v1::ExplainAttributionResponse> Handlers::ExplainAttribution(
    const RequestContext& ctx, const v1::ExplainAttributionRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  violations.Check(convert::IsSourceId(request.order_id()), "order_id",
                   "must be 1 to 64 printable ASCII characters");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainAttributionResponse> {
        ASSIGN_OR_RETURN(const auto definition,
                         FindDefinition(t, shop.scope.org_id, request.definition_id()));
        v1::ExplainAttributionResponse answer;
        answer.set_rule(domain::AttributionRule(*definition));
        *answer.mutable_definition() = convert::ToProto(*definition);
        answer.mutable_attribution()->set_order_id(request.order_id());
        ASSIGN_OR_RETURN(const auto body, store::LoadOrder(t, shop.scope, request.order_id()));
        if (!body) return error::OrderNotFound(request.order_id());
        ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(*body));
        if (!domain::IsPaid(order) || order.exclusion != domain::Exclusion::kNone) return answer;
        DayLoader loader(shop.scope);
        ASSIGN_OR_RETURN(const LoadedDay day,
                         loader.Load(t, *definition, domain::DayOf(*order.pay_us, shop.zone)));
        const auto credit = domain::Attribute(
            order, domain::IndexByCustomer(day.facts.conversations), *definition, shop.zone);
        Describe(credit, order, shop, answer);
        return answer;
      });
}

}  // namespace kefu::performance
