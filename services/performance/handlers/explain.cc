// Explanations: the same computation as the figures', with what went into it written down.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_join.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/figures.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/explained_lines.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/judgement/diagnosis_policy.h"
#include "services/performance/handlers/period.h"
#include "services/performance/recompute/day_loader.h"
#include "services/performance/store/visits.h"

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

// How often a day is computed while facts come in.
constexpr int kAttempts = 3;
constexpr int kMostWaiting = 100;  // ratings that are named

int SignIn(const std::vector<domain::Term>& terms, domain::Measure measure) {
  for (const domain::Term& term : terms) {
    if (term.measure == measure) return term.sign;
  }
  return 0;
}

// As much of a customer's id as a base may see.
std::string Masked(std::string_view id) {
  constexpr size_t kShown = 2, kLeast = 5;
  if (id.empty()) return "";
  return "***" + std::string(id.size() >= kLeast ? id.substr(id.size() - kShown) : "");
}

// Collects the lines of one figure. Percentiles are explained by the gaps that they rank, each on a
// line of its own.
class Collector {
 public:
  Collector(const domain::MetricSpec& spec, const SubjectId& subject, bool masked)
      : inputs_(domain::InputsOf(spec, {})), subject_(subject), masked_(masked) {}

  void operator()(const SubjectId& subject, const domain::Contribution& c) {
    if (subject != subject_) return;
    Line* line = nullptr;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const int sign = SignIn(*inputs_[i].terms, c.measure);
      if (sign == 0) continue;
      if (line == nullptr) line = &LineOf(c);
      line->amounts[i] += sign * c.amount;
    }
  }

  Lines Take() { return std::exchange(lines_, {}); }
  const std::vector<domain::Input>& inputs() const { return inputs_; }

 private:
  Line& LineOf(const domain::Contribution& c) {
    Line& line = lines_[{masked_ ? Masked(c.customer_id) : std::string(c.customer_id),
                         std::string(c.conversation_id), std::string(c.order_id),
                         c.run > 0 ? fmt::format("{:06}", c.run) : std::string(c.inspection_id)}];
    line.amounts.resize(inputs_.size());
    if (line.note.empty()) line.note = c.note;
    return line;
  }

  const std::vector<domain::Input> inputs_;
  const SubjectId& subject_;
  const bool masked_;
  Lines lines_;
};

v1::ExplainRow ToProto(const ShopScope& shop, absl::CivilDay day, const LineKey& key,
                       const Line& line, const std::vector<domain::Input>& inputs) {
  v1::ExplainRow row;
  row.set_shop_id(shop.scope.shop_id);
  *row.mutable_day() = kefu::convert::ToProto(day);
  row.set_customer_id(std::get<0>(key));
  row.set_conversation_id(std::get<1>(key));
  row.set_order_id(std::get<2>(key));
  for (size_t i = 0; i < inputs.size(); ++i) {
    row.add_amounts(line.amounts[i]);
    if (inputs[i].role == "numerator") row.set_numerator(line.amounts[i]);
    if (inputs[i].role == "denominator") row.set_denominator(line.amounts[i]);
  }
  row.set_note(line.note);
  return row;
}

// What a page of an explanation is made of, and where it starts.
struct Question {
  const domain::MetricSpec* spec;
  SubjectId subject;
  AskedShops asked;
  // Of each shop; shops of a part are scored by one definition.
  std::vector<size_t> parts;
  bool masked = false;        // a base asks
  std::vector<Sight> sights;  // what it may see of each shop
  domain::ClickCost click;    // of one shop by its policy
  int page_size = 0;
  uint64_t filter = 0;
  size_t from_shop = 0;  // first shop of the page
  absl::CivilDay from;   // first day of the page, in that shop
  LineKey after;         // on that day, lines up to this one were on the page before
  bool continued = false;
  std::string version;  // of the subject's figures, on the page before
};

// Leaves the shops of one currency.
absl::Status KeepCurrency(const std::string& currency, AskedShops& asked) {
  std::set<std::string> found;
  AskedShops kept = asked;
  kept.shops.clear();
  kept.definitions.clear();
  for (size_t i = 0; i < asked.shops.size(); ++i) {
    found.insert(asked.shops[i].settings.currency_code);
    if (!currency.empty() && asked.shops[i].settings.currency_code != currency) continue;
    kept.shops.push_back(asked.shops[i]);
    kept.definitions.push_back(asked.definitions[i]);
  }
  FieldViolations violations;
  violations.Check(!currency.empty() || found.size() <= 1, "currency_code",
                   "must be set: the shops have several currencies, which are never added up");
  violations.Check(currency.empty() || found.empty() || found.contains(currency), "currency_code",
                   fmt::format("must be one of the shops': {}", fmt::join(found, ", ")));
  RETURN_IF_ERROR(violations.ToStatus());
  asked = std::move(kept);
  return absl::OkStatus();
}

// A part by definition, as GetMetrics answers rows: that of the first shop's definition, then of
// each organization that has another.
std::vector<size_t> PartsOf(const AskedShops& asked) {
  std::vector<std::string> owners;
  for (size_t i = 0; i < asked.shops.size(); ++i) {
    const bool first = *asked.definitions[i] == *asked.definition;
    owners.push_back(first ? "" : asked.shops[i].scope.org_id);
  }
  const std::set<std::string> distinct(owners.begin(), owners.end());
  std::vector<size_t> parts;
  for (const std::string& owner : owners)
    parts.push_back(std::distance(distinct.begin(), distinct.find(owner)));
  return parts;
}

// Reads where the page begins from its token: shop, day, and the key of the last row before.
absl::Status Locate(const RequestContext& ctx, const v1::ExplainMetricRequest& request,
                    Question& q) {
  std::vector<std::string> parts{std::string(ctx.method),
                                 ctx.principal.org_id,
                                 q.subject.id,
                                 std::string(KindWord(q.subject.kind)),
                                 std::string(q.spec->id),
                                 request.currency_code(),
                                 absl::FormatCivilTime(q.asked.days->first),
                                 absl::FormatCivilTime(q.asked.days->last)};
  for (size_t i = 0; i < q.asked.shops.size(); ++i) {
    parts.push_back(q.asked.shops[i].scope.org_id);
    parts.push_back(q.asked.shops[i].scope.shop_id);
    parts.push_back(q.asked.definitions[i]->Key());
  }
  q.filter = db::FilterHash({absl::StrJoin(parts, "\n")});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), q.filter, 8));
  q.from = q.asked.days->first;
  q.continued = !keys.empty();
  if (!q.continued) return absl::OkStatus();
  while (q.from_shop < q.asked.shops.size() &&
         q.asked.shops[q.from_shop].scope != store::Scope{keys[0], keys[1]})
    ++q.from_shop;
  if (q.from_shop == q.asked.shops.size() || !absl::ParseCivilTime(keys[2], &q.from))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  q.after = {keys[3], keys[4], keys[5], keys[6]};
  q.version = keys[7];
  return absl::OkStatus();
}

// The subject's figures of each shop, by day, on the days on which the caller may see them.
using Figures = std::vector<std::vector<store::RollupRow>>;

absl::StatusOr<Figures> FiguresInSight(db::Transaction& t, const Question& q) {
  Figures figures;
  for (size_t i = 0; q.asked.days && i < q.asked.shops.size(); ++i) {
    std::vector<store::RollupRow>& rows = figures.emplace_back();
    ASSIGN_OR_RETURN(rows, store::LoadRollups(t, q.asked.shops[i].scope,
                                              q.asked.definitions[i]->Key(), q.asked.days->first,
                                              q.asked.days->last, q.subject.kind, q.subject.id));
    std::erase_if(rows, [&](const store::RollupRow& row) {
      return !q.sights[i].Subject(row.subject, row.day);
    });
    std::ranges::sort(rows, {}, &store::RollupRow::day);
  }
  return figures;
}

// What changes exactly when these figures do.
std::string VersionOf(const Question& q, const Figures& figures) {
  std::string all;
  for (size_t i = 0; i < figures.size(); ++i) {
    const store::Scope& scope = q.asked.shops[i].scope;
    for (const store::RollupRow& row : figures[i]) {
      const std::string values = row.measures.EncodeValues();
      const std::string histogram = row.measures.response.Encode();
      all += fmt::format("{}\n{}\n{}\n{}\n{}\n", scope.org_id, scope.shop_id,
                         absl::FormatCivilTime(row.day), values.size(), histogram.size());
      all += values + histogram;
    }
  }
  return fmt::format("{:x}", db::FilterHash({all}));
}

// Where a page stands in a day.
struct Place {
  std::optional<LineKey> after;  // nothing: at the day's first line
  size_t need = 0;               // lines that the page has room for, and one more
};

// Explains the figures of a subject in a shop from its facts, which may change meanwhile: whatever
// the day's facts are read as must give the figures that are explained.
class DayExplainer {
 public:
  DayExplainer(db::Transaction& t, LineCache& cache, const Question& q, size_t index)
      : t_(t),
        cache_(cache),
        q_(q),
        shop_(q.asked.shops[index]),
        definition_(*q.asked.definitions[index]),
        loader_(shop_.scope, {}, DayLoader::For::kReading),
        collector_(*q.spec, q.subject, q.masked) {}

  // The lines of a day: as they were computed for the page before, or computed. On the first page
  // the figures are set to what they add up to, should facts have come in that are not yet
  // computed.
  absl::StatusOr<LineCache::Window> LinesOf(store::RollupRow& figures, const Place& place) {
    const LineCache::Key key{shop_.scope.org_id, shop_.scope.shop_id, definition_.Key(),
                             figures.day,        q_.subject,          std::string(q_.spec->id),
                             q_.masked};
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      ASSIGN_OR_RETURN(const int64_t version, store::FactsVersion(t_, shop_.scope));
      // Within a day the pages are those of the same lines, even where others would add up alike.
      const auto of_version = place.after ? std::nullopt : std::optional(version);
      if (auto kept = cache_.Find(key, figures.measures, of_version, place.after, place.need))
        return kept;
      ASSIGN_OR_RETURN(const LoadedDay loaded, loader_.Load(t_, definition_, figures.day));
      auto computed =
          domain::ComputeDay(loaded.facts, definition_, shop_.zone, std::ref(collector_));
      Lines lines = collector_.Take();
      domain::Measures& measures = computed.measures[q_.subject];
      ASSIGN_OR_RETURN(const int64_t now, store::FactsVersion(t_, shop_.scope));
      if (measures != figures.measures) {
        if (now != version) {  // read while facts came in, maybe of other days
          if (!q_.continued) RETURN_IF_ERROR(Reload(figures));
          continue;
        }
        if (q_.continued) return error::FactsChanged();
        figures.measures = std::move(measures);
      }
      return cache_.Keep(key, figures.measures, version, std::move(lines), place.after, place.need);
    }
    return error::FactsChanged();
  }
  const std::vector<domain::Input>& inputs() const { return collector_.inputs(); }

 private:
  absl::Status Reload(store::RollupRow& figures) {
    ASSIGN_OR_RETURN(auto rows, store::LoadRollups(t_, shop_.scope, definition_.Key(), figures.day,
                                                   figures.day, q_.subject.kind, q_.subject.id));
    figures.measures = rows.empty() ? domain::Measures() : std::move(rows.front().measures);
    return absl::OkStatus();
  }

  db::Transaction& t_;
  LineCache& cache_;
  const Question& q_;
  const ShopScope& shop_;
  const domain::MetricDefinition& definition_;
  DayLoader loader_;
  Collector collector_;
};

// Fills the page with lines of one shop, day by day; false when it is full, with the key of its
// last line in `end`. Days without figures of the subject have no lines, and need not be computed.
absl::StatusOr<bool> FillFrom(db::Transaction& t, LineCache& cache, const Question& q, size_t index,
                              std::vector<store::RollupRow>& figures, LineKey& end,
                              v1::ExplainMetricResponse& answer) {
  const bool first_shop = index == q.from_shop;
  DayExplainer explainer(t, cache, q, index);
  for (store::RollupRow& of_day : figures) {
    if (first_shop && of_day.day < q.from) continue;
    Place place;
    place.need = static_cast<size_t>(q.page_size - answer.rows_size()) + 1;
    if (q.continued && first_shop && of_day.day == q.from) place.after = q.after;
    ASSIGN_OR_RETURN(const auto window, explainer.LinesOf(of_day, place));
    const Lines& lines = window->lines;
    for (auto line = place.after ? lines.upper_bound(*place.after) : lines.begin();
         line != lines.end(); ++line) {
      if (answer.rows_size() == q.page_size) return false;
      v1::ExplainRow& row = *answer.add_rows() =
          ToProto(q.asked.shops[index], of_day.day, line->first, line->second, explainer.inputs());
      row.set_part(static_cast<int>(q.parts[index]));
      end = line->first;
    }
  }
  return true;
}

absl::Status FillPage(db::Transaction& t, LineCache& cache, const Question& q, Figures& figures,
                      v1::ExplainMetricResponse& answer) {
  size_t last_shop = q.from_shop;  // of the page's last row
  LineKey last;
  for (size_t i = q.from_shop; i < q.asked.shops.size(); ++i) {
    const int before = answer.rows_size();
    ASSIGN_OR_RETURN(const bool all, FillFrom(t, cache, q, i, figures[i], last, answer));
    if (answer.rows_size() > before) last_shop = i;
    if (all) continue;
    const absl::CivilDay day = kefu::convert::FromProto(answer.rows(q.page_size - 1).day());
    const store::Scope& scope = q.asked.shops[last_shop].scope;
    const auto& [customer, conversation, order, run] = last;
    answer.set_next_page_token(
        db::EncodePageToken(q.filter, {scope.org_id, scope.shop_id, absl::FormatCivilTime(day),
                                       customer, conversation, order, run, VersionOf(q, figures)}));
    break;
  }
  return absl::OkStatus();
}

// A figure that goes by the policy's click cost says so.
void PriceByClicks(const Question& q, const domain::Measures& sums, const std::string& currency,
                   domain::MetricValue& value, v1::ExplainMetricResponse& answer) {
  if (value.value) return;
  domain::PriceByClicks(q.click, sums, value);
  if (!value.value) return;
  v1::ClickPrice& price = *answer.mutable_click_price();
  price.mutable_click_cost()->set_currency_code(currency);
  price.mutable_click_cost()->set_minor_units(q.click.minor);
  price.set_click_conversion_ppm(q.click.conversion_ppm);
  price.set_policy_version(q.click.policy_version);
}

// The figure itself and its inputs by definition, from the same days.
void FillFigure(const Question& q, const Figures& figures, v1::ExplainMetricResponse& answer) {
  std::vector<domain::Measures> sums(1);
  std::vector<const domain::MetricDefinition*> definitions{q.asked.definition.get()};
  for (size_t i = 0; i < q.parts.size(); ++i) {
    if (q.parts[i] >= sums.size()) sums.resize(q.parts[i] + 1);
    definitions.resize(sums.size());
    definitions[q.parts[i]] = q.asked.definitions[i].get();
    if (i >= figures.size()) continue;  // nobody asked for days, and there are no facts
    for (const store::RollupRow& row : figures[i]) sums[q.parts[i]].Merge(row.measures);
  }
  const std::string currency =
      q.asked.shops.empty() ? "" : q.asked.shops.front().settings.currency_code;
  for (size_t part = 0; part < sums.size(); ++part) {
    v1::ExplainedPart& out = *answer.add_parts();
    domain::MetricValue value = domain::Evaluate(*q.spec, sums[part], *definitions[part]);
    PriceByClicks(q, sums[part], currency, value, answer);
    *out.mutable_value() = convert::ToProto(value, currency);
    *out.mutable_definition() = convert::ToProto(*definitions[part]);
    for (const domain::Input& input : domain::InputsOf(*q.spec, sums[part])) {
      v1::MetricInput* sum = out.add_inputs();
      sum->set_role(std::string(input.role));
      sum->set_sum(input.sum);
    }
  }
  if (answer.parts_size() > 1) {
    answer.mutable_value()->set_metric_id(std::string(q.spec->id));
    answer.mutable_value()->set_unit(answer.parts(0).value().unit());
    return;
  }
  *answer.mutable_value() = answer.parts(0).value();
  *answer.mutable_definition() = answer.parts(0).definition();
  *answer.mutable_inputs() = answer.parts(0).inputs();
}

// Of satisfaction the ratings that wait for their conversations: they count nowhere, and a mistyped
// id would never be found.
absl::Status AddWaiting(db::Transaction& t, const Question& q, v1::ExplainMetricResponse& answer) {
  if (q.spec->id != "satisfaction" || q.masked) return absl::OkStatus();
  for (const ShopScope& shop : q.asked.shops) {
    ASSIGN_OR_RETURN(const int64_t count, store::CountWaitingRatings(t, shop.scope));
    answer.set_waiting_ratings(answer.waiting_ratings() + count);
    const int room = kMostWaiting - answer.waiting_conversation_ids_size();
    if (count == 0 || room <= 0) continue;
    ASSIGN_OR_RETURN(const auto ids, store::WaitingRatings(t, shop.scope, room));
    answer.mutable_waiting_conversation_ids()->Add(ids.begin(), ids.end());
  }
  return absl::OkStatus();
}

// A base sees what its own figures and those of its agents are made of, on its days.
absl::Status RequireOwn(db::Transaction& t, const RequestContext& ctx, Question& q) {
  q.sights.clear();
  for (const ShopScope& shop : q.asked.shops) {
    ASSIGN_OR_RETURN(q.sights.emplace_back(), SightOf(t, ctx, shop));
  }
  if (!q.masked) return absl::OkStatus();
  if (q.subject == SubjectId{SubjectKind::kBase, ctx.principal.base_id}) return absl::OkStatus();
  const bool own =
      q.subject.kind == SubjectKind::kAgent &&
      std::ranges::any_of(q.sights, [&](const Sight& sight) { return sight.AnyDay(q.subject.id); });
  return own ? absl::OkStatus() : error::OnlyOwnAgents();
}

// Everything that is wrong with the request at once; a metric that is unknown, or that its subject
// does not have, by its own reason where nothing else is.
absl::Status CheckAsked(const v1::ExplainMetricRequest& request, Question& q) {
  FieldViolations violations;
  q.subject = convert::SubjectFrom(request.subject(), violations);
  if (request.subject().all_shops()) {
    violations.Check(request.subject().shop_id().empty(), "subject.all_shops",
                     "cannot be set together with shop_id");
  } else {
    kefu::convert::Id(request.subject().shop_id(), "subject.shop_id", violations);
  }
  kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  kefu::convert::OptionalCurrency(request.currency_code(), "currency_code", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  violations.Check(!request.metric_id().empty(), "metric_id", "must be set");
  q.spec = domain::FindMetric(request.metric_id());
  if (q.spec == nullptr) {
    if (violations.empty()) return error::UnknownMetrics(request.metric_id(), "metric_id");
    violations.Check(request.metric_id().empty(), "metric_id", "is unknown");
  } else if (!domain::AppliesTo(*q.spec, q.subject.kind)) {
    const std::string_view kind = KindWord(q.subject.kind);
    if (violations.empty()) return error::MetricNotForSubject(q.spec->id, kind);
    violations.Add("metric_id", fmt::format("is not computed for a {}", kind));
  }
  return violations.ToStatus();
}

// The figure, and a page of the rows behind it, which add up to it: ABORTED FACTS_CHANGED when it
// is another one since the page before.
absl::Status Fill(db::Transaction& t, LineCache& cache, Question& q,
                  v1::ExplainMetricResponse& answer) {
  ASSIGN_OR_RETURN(Figures figures, FiguresInSight(t, q));
  if (q.continued && VersionOf(q, figures) != q.version) return error::FactsChanged();
  if (q.asked.days) RETURN_IF_ERROR(FillPage(t, cache, q, figures, answer));
  if (domain::HangsOnClicks(*q.spec) && q.asked.shops.size() == 1 && q.asked.days) {
    ASSIGN_OR_RETURN(const ClickCosts clicks, ClickCosts::Load(t, q.asked.shops.front()));
    q.click = clicks.On(q.asked.days->last);
  }
  FillFigure(q, figures, answer);
  return AddWaiting(t, q, answer);
}

}  // namespace

Handlers::Handlers(Dependencies dependencies)
    : deps_(std::move(dependencies)),
      lines_(std::make_shared<LineCache>(deps_.most_explained_lines)) {}

absl::StatusOr<v1::ExplainMetricResponse> Handlers::ExplainMetric(
    const RequestContext& ctx, const v1::ExplainMetricRequest& request) const {
  Question q;
  q.masked = ctx.principal.IsBase();
  RETURN_IF_ERROR(CheckAsked(request, q));
  ASSIGN_OR_RETURN(q.page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(q.asked, ResolveShops(deps_, ctx,
                                         {.shop_id = request.subject().shop_id(),
                                          .all_shops = request.subject().all_shops(),
                                          .definition_id = request.definition_id(),
                                          .has_period = request.has_period(),
                                          .period = request.period()}));
  RETURN_IF_ERROR(KeepCurrency(request.currency_code(), q.asked));
  q.parts = PartsOf(q.asked);
  if (q.asked.days) RETURN_IF_ERROR(Locate(ctx, request, q));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainMetricResponse> {
        RETURN_IF_ERROR(RequireOwn(t, ctx, q));
        v1::ExplainMetricResponse answer;
        *answer.mutable_metric() = convert::ToProto(*q.spec);
        RETURN_IF_ERROR(Fill(t, *lines_, q, answer));
        return answer;
      });
}

}  // namespace kefu::performance
