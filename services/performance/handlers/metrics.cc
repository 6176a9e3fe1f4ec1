// Figures: sums of day rollups, evaluated by the catalogue.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/figures.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/judgement/diagnosis_policy.h"
#include "services/performance/handlers/names.h"
#include "services/performance/handlers/period.h"
#include "services/performance/store/months.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

using domain::Span;
using domain::SubjectId;
using domain::SubjectKind;

constexpr Span kAllDays{absl::CivilDay(1, 1, 1), absl::CivilDay(9999, 12, 31)};
constexpr size_t kFewParts = 12;     // a year's months, whose sums are stored
constexpr size_t kPartsAtOnce = 31;  // of days; further ones are read when these are answered
constexpr int kMostRows = 1'000;     // of a page
// More than a row's head and a figure take: only where so many could be too many are they measured.
constexpr size_t kRowBytes = 256, kFigureBytes = 256;

// Which subjects a question is about.
struct Wanted {
  SubjectKind kind = SubjectKind::kShop;
  std::string id;               // one subject; empty: all of the kind
  std::string members_of_team;  // only agents who are members on the day
  std::string agents_of_base;   // only these agents
};

Wanted WantedBy(const v1::GetMetricsRequest& request, FieldViolations& violations) {
  violations.Check(request.by_team() + request.by_agent() + request.by_base() <= 1,
                   request.by_agent() ? "by_agent" : "by_base",
                   "only one of by_team, by_agent and by_base can be asked");
  const int named =
      !request.agent_id().empty() + !request.team_id().empty() + !request.base_id().empty();
  violations.Check(named <= 1, request.agent_id().empty() ? "base_id" : "agent_id",
                   "only one of agent_id, team_id and base_id can be asked");
  violations.Check(request.agent_id().empty() || !(request.by_team() || request.by_base()),
                   "agent_id", "cannot be asked together with by_team or by_base");
  violations.Check(request.team_id().empty() || !request.by_base(), "team_id",
                   "cannot be asked together with by_base");
  violations.Check(request.base_id().empty() || !request.by_team(), "base_id",
                   "cannot be asked together with by_team");
  violations.Check(request.agent_id().empty() || convert::IsSourceId(request.agent_id()),
                   "agent_id", "must be 1 to 64 printable ASCII characters");
  kefu::convert::OptionalId(request.team_id(), "team_id", violations);
  kefu::convert::OptionalId(request.base_id(), "base_id", violations);
  const auto granularity = kefu::convert::OptionalEnum<v1::Granularity>(request.granularity(),
                                                                        "granularity", violations);
  violations.Check(!request.by_day() || granularity == v1::GRANULARITY_UNSPECIFIED ||
                       granularity == v1::GRANULARITY_DAY,
                   "by_day", "does not fit the granularity");
  if (request.by_agent() || !request.agent_id().empty())
    return Wanted{SubjectKind::kAgent, request.agent_id(), request.team_id(), request.base_id()};
  if (request.by_team() || !request.team_id().empty())
    return Wanted{SubjectKind::kTeam, request.team_id(), "", ""};
  if (request.by_base() || !request.base_id().empty())
    return Wanted{SubjectKind::kBase, request.base_id(), "", ""};
  return Wanted{};
}

domain::Granularity GranularityOf(const v1::GetMetricsRequest& request) {
  switch (request.granularity()) {
    case v1::GRANULARITY_DAY:
      return domain::Granularity::kDay;
    case v1::GRANULARITY_WEEK:
      return domain::Granularity::kWeek;
    case v1::GRANULARITY_MONTH:
      return domain::Granularity::kMonth;
    case v1::GRANULARITY_QUARTER:
      return domain::Granularity::kQuarter;
    default:
      return request.by_day() ? domain::Granularity::kDay : domain::Granularity::kPeriod;
  }
}

// Those asked for, else all; `unknown` names what there is not.
std::vector<const domain::MetricSpec*> SpecsOf(const v1::GetMetricsRequest& request,
                                               std::string& unknown) {
  std::vector<const domain::MetricSpec*> specs;
  for (const std::string& id : request.metric_ids()) {
    if (const auto* spec = domain::FindMetric(id)) {
      specs.push_back(spec);
    } else {
      unknown += unknown.empty() ? id : ", " + id;
    }
  }
  if (specs.empty()) {
    for (const domain::MetricSpec& spec : domain::Catalogue()) specs.push_back(&spec);
  }
  return specs;
}

// Drops agents who are no members of the team on the day.
absl::Status KeepMembers(db::Transaction& t, const store::Scope& scope, std::string_view team_id,
                         std::vector<store::RollupRow>& rows) {
  std::map<absl::CivilDay, std::unordered_map<std::string, std::vector<std::string>>> teams;
  for (const store::RollupRow& row : rows) {
    if (teams.contains(row.day)) continue;
    ASSIGN_OR_RETURN(teams[row.day], store::TeamsOnDay(t, scope.org_id, row.day));
  }
  std::erase_if(rows, [&](const store::RollupRow& row) {
    const auto& of_agent = teams[row.day];
    const auto found = of_agent.find(row.subject.id);
    return found == of_agent.end() ||
           std::ranges::find(found->second, team_id) == found->second.end();
  });
  return absl::OkStatus();
}

// A part of the period and what it is compared with.
struct Part {
  Span span, previous, same_weekdays;
};

std::vector<Part> PartsOf(const Span& period, domain::Granularity granularity) {
  std::vector<Part> parts;
  for (const Span& span : domain::Split(period, granularity))
    parts.push_back(
        {span, domain::PreviousOf(span, granularity), domain::SameWeekdaysBefore(span)});
  return parts;
}

// Which rows of a shop answer the question: of subjects that the caller may see, and of agents of
// the base that is asked for, each on its days.
struct Filter {
  Sight sight, of_base;

  bool Wants(const SubjectId& subject, absl::CivilDay day) const {
    return sight.Subject(subject, day) && of_base.Subject(subject, day);
  }
  bool Even(SubjectKind kind, const Span& days) const {
    return sight.Even(kind, days) && of_base.Even(kind, days);
  }
};

absl::StatusOr<Filter> FilterOf(db::Transaction& t, const RequestContext& ctx,
                                const ShopScope& shop, const Wanted& wanted) {
  Filter filter;
  ASSIGN_OR_RETURN(filter.sight, SightOf(t, ctx, shop));
  if (wanted.kind == SubjectKind::kAgent && !wanted.id.empty() && !filter.sight.AnyDay(wanted.id))
    return error::OnlyOwnAgents();
  if (wanted.agents_of_base.empty()) return filter;
  ASSIGN_OR_RETURN(auto bases, store::BasesOfAgents(t, shop.scope.org_id));
  filter.of_base = Sight(wanted.agents_of_base, {kAllDays}, std::move(bases));
  return filter;
}

// The rollups of a shop in a period, by day.
using RowsByDay = std::map<absl::CivilDay, std::vector<store::RollupRow>>;

// The rollups asked for that the caller may see.
absl::StatusOr<RowsByDay> RowsInSight(db::Transaction& t, const ShopScope& shop,
                                      std::string_view definition_id, const Span& days,
                                      const Wanted& wanted, const Filter& filter) {
  ASSIGN_OR_RETURN(auto rows, store::LoadRollups(t, shop.scope, definition_id, days.first,
                                                 days.last, wanted.kind, wanted.id));
  std::erase_if(rows,
                [&](const store::RollupRow& row) { return !filter.Wants(row.subject, row.day); });
  if (!wanted.members_of_team.empty()) {
    RETURN_IF_ERROR(KeepMembers(t, shop.scope, wanted.members_of_team, rows));
  }
  RowsByDay by_day;
  for (store::RollupRow& row : rows) by_day[row.day].push_back(std::move(row));
  return by_day;
}

// Sums of one subject's part, of shops of one currency that are scored by one definition.
struct Sums {
  domain::Measures now, previous, same_weekdays;
  const domain::MetricDefinition* definition = nullptr;
};
// Part, currency, whose definition where it is another than the answer's, subject.
using Key = std::tuple<size_t, std::string, std::string, SubjectId>;
using SumsByKey = std::map<Key, Sums>;

// What a shop's rows of a part are added to.
struct Target {
  size_t part = 0;
  std::string currency, definition_of;
  const domain::MetricDefinition& definition;

  Sums& Of(SubjectId subject, SumsByKey& sums) const {
    Sums& found = sums[{part, currency, definition_of, std::move(subject)}];
    found.definition = &definition;
    return found;
  }
};

void AddSpan(const RowsByDay& rows, const Span& span, const Target& target,
             domain::Measures Sums::*where, SumsByKey& sums) {
  for (auto day = rows.lower_bound(span.first); day != rows.end() && day->first <= span.last;
       ++day) {
    for (const store::RollupRow& row : day->second)
      (target.Of(row.subject, sums).*where).Merge(row.measures);
  }
}

// The same from whole months where the span has some.
absl::Status AddPeriod(db::Transaction& t, const ShopScope& shop, const Wanted& wanted,
                       const Filter& filter, const Span& span, const Target& target,
                       domain::Measures Sums::*where, SumsByKey& sums) {
  ASSIGN_OR_RETURN(auto rows, store::SumPeriod(t, shop.scope, target.definition.Key(), span.first,
                                               span.last, wanted.kind, wanted.id));
  for (store::SubjectSums& row : rows) {
    if (!filter.Wants(row.subject, span.first)) continue;
    domain::Measures& sum = target.Of(std::move(row.subject), sums).*where;
    if (sum == domain::Measures{}) {
      sum = std::move(row.measures);
    } else {
      sum.Merge(row.measures);
    }
  }
  return absl::OkStatus();
}

// The sums by part, currency and subject. The shop and a single named subject answer also without
// any facts.
absl::StatusOr<SumsByKey> SumUp(db::Transaction& t, const RequestContext& ctx,
                                const AskedShops& asked, const Wanted& wanted,
                                std::span<const Part> parts, bool by_months, bool compare) {
  SumsByKey sums;
  Span needed{parts.front().span.first, parts.back().span.last};
  for (const Part& part : parts) {
    if (compare)
      needed.first = std::min({needed.first, part.previous.first, part.same_weekdays.first});
  }
  for (size_t shop = 0; shop < asked.shops.size(); ++shop) {
    const domain::MetricDefinition& definition = *asked.definitions[shop];
    Target target{.currency = asked.shops[shop].settings.currency_code, .definition = definition};
    if (definition != *asked.definition) target.definition_of = asked.shops[shop].scope.org_id;
    ASSIGN_OR_RETURN(const Filter filter, FilterOf(t, ctx, asked.shops[shop], wanted));
    // A base's agents, as the members of a team, may change by day.
    const bool from_months = by_months && filter.Even(wanted.kind, needed);
    RowsByDay rows;
    if (!from_months) {
      ASSIGN_OR_RETURN(rows,
                       RowsInSight(t, asked.shops[shop], definition.Key(), needed, wanted, filter));
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      target.part = i;
      if (wanted.kind == SubjectKind::kShop || !wanted.id.empty())
        target.Of({wanted.kind, wanted.id}, sums);
      for (const auto& [span, where] :
           {std::pair(&Part::span, &Sums::now), std::pair(&Part::previous, &Sums::previous),
            std::pair(&Part::same_weekdays, &Sums::same_weekdays)}) {
        if (where != &Sums::now && !compare) continue;
        if (!from_months) {
          AddSpan(rows, parts[i].*span, target, where, sums);
          continue;
        }
        RETURN_IF_ERROR(
            AddPeriod(t, asked.shops[shop], wanted, filter, parts[i].*span, target, where, sums));
      }
    }
  }
  return sums;
}

// What a row is of, beside its sums.
struct RowOf {
  const Part& part;
  const std::string& currency;
  const ClickCosts& clicks;
  bool compare = false;
};

void FillValue(const domain::MetricSpec& spec, const Sums& sums, const RowOf& row,
               v1::MetricValue& value) {
  const bool by_clicks = domain::HangsOnClicks(spec);
  const auto priced = [&](domain::MetricValue figure, const domain::Measures& measures,
                          const Span& days) {
    if (by_clicks) domain::PriceByClicks(row.clicks.On(days.last), measures, figure);
    return figure;
  };
  const domain::MetricValue now =
      priced(domain::Evaluate(spec, sums.now, *sums.definition), sums.now, row.part.span);
  convert::Fill(now, row.currency, value);
  if (!row.compare) return;
  const auto compared = [&](const domain::Measures& then, const Span& days) {
    return convert::ToProto(domain::Compare(now, priced(domain::Evaluate(spec, then), then, days)));
  };
  *value.mutable_previous() = compared(sums.previous, row.part.previous);
  *value.mutable_same_weekdays() = compared(sums.same_weekdays, row.part.same_weekdays);
}

// A base sees itself and its own agents.
absl::Status RequireSight(const RequestContext& ctx, const Wanted& wanted) {
  if (!ctx.principal.IsBase() || wanted.kind == SubjectKind::kAgent) return absl::OkStatus();
  if (wanted.kind == SubjectKind::kBase &&
      (wanted.id.empty() || wanted.id == ctx.principal.base_id))
    return absl::OkStatus();
  return error::OnlyOwnAgents();
}

// A question, resolved.
struct Question {
  Wanted wanted;
  std::vector<const domain::MetricSpec*> specs;  // of those asked, that the subjects have
  AskedShops asked;
  ClickCosts clicks;  // of the one shop that is asked for
  std::vector<Part> parts;
  int page_size = 0;  // 0: all in one
  uint64_t filter = 0;
  std::optional<Span> days;  // of the pages before
  int64_t version = 0;       // of the figures, on the first page
  // The row before the page: first day of its part, currency, whose definition, subject; empty on
  // the first.
  std::vector<std::string> after;
};

std::string KindText(SubjectKind kind) { return std::to_string(static_cast<int>(kind)); }

// The question without its page, as its pages share it.
uint64_t FilterOf(const RequestContext& ctx, v1::GetMetricsRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  return db::FilterHash(
      {ctx.method, ctx.principal.org_id, ctx.principal.base_id, request.SerializeAsString()});
}

constexpr int kWalkKeys = 3;               // of a token: what all pages share, the days and version
constexpr int kTokenKeys = kWalkKeys + 5;  // … and the row before the page

// Everything that is wrong with the request at once; metrics that are unknown by their own reason
// where nothing else is.
absl::Status CheckAsked(const v1::GetMetricsRequest& request, Question& q) {
  FieldViolations violations;
  q.wanted = WantedBy(request, violations);
  if (request.all_shops()) {
    violations.Check(request.shop_id().empty(), "shop_id", "cannot be set together with all_shops");
  } else {
    kefu::convert::Id(request.shop_id(), "shop_id", violations);
  }
  kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  std::string unknown;
  q.specs = SpecsOf(request, unknown);
  if (!unknown.empty() && violations.empty()) return error::UnknownMetrics(unknown, "metric_ids");
  violations.Check(unknown.empty(), "metric_ids", "unknown: " + unknown);
  return violations.ToStatus();
}

absl::Status LocatePage(const RequestContext& ctx, const v1::GetMetricsRequest& request,
                        Question& q) {
  q.page_size = std::min(request.page_size(), kMostRows);
  q.filter = FilterOf(ctx, request);
  ASSIGN_OR_RETURN(q.after, db::DecodePageToken(request.page_token(), q.filter, kTokenKeys));
  if (q.after.empty()) return absl::OkStatus();
  Span days;
  if (!absl::ParseCivilTime(q.after[0], &days.first) ||
      !absl::ParseCivilTime(q.after[1], &days.last) || !absl::SimpleAtoi(q.after[2], &q.version))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  q.days = days;
  q.after.erase(q.after.begin(), q.after.begin() + kWalkKeys);
  return absl::OkStatus();
}

std::vector<std::string> KeysOf(const Part& part, const Key& key) {
  const auto& [index, currency, definition_of, subject] = key;
  return {absl::FormatCivilTime(part.span.first), currency, definition_of, KindText(subject.kind),
          subject.id};
}

std::string TokenAfter(const Question& q, std::vector<std::string> row) {
  row.insert(row.begin(), {absl::FormatCivilTime(q.asked.days->first),
                           absl::FormatCivilTime(q.asked.days->last), std::to_string(q.version)});
  return db::EncodePageToken(q.filter, row);
}

void AddRow(const v1::GetMetricsRequest& request, const Question& q, const Part& part,
            const Key& key, const Sums& sums, v1::GetMetricsResponse& response) {
  const auto& [index, currency, definition_of, subject] = key;
  v1::MetricRow* row = response.add_rows();
  *row->mutable_subject() = convert::ToProto(request.shop_id(), subject);
  row->mutable_subject()->set_all_shops(request.all_shops());
  *row->mutable_period() = convert::ToProto(part.span);
  row->set_currency_code(currency);
  if (request.compare()) {
    *row->mutable_previous_period() = convert::ToProto(part.previous);
    *row->mutable_same_weekdays_period() = convert::ToProto(part.same_weekdays);
  }
  if (!definition_of.empty()) *row->mutable_definition() = convert::ToProto(*sums.definition);
  row->mutable_values()->Reserve(static_cast<int>(q.specs.size()));
  const RowOf row_of{part, currency, q.clicks, request.compare()};
  for (const domain::MetricSpec* spec : q.specs) FillValue(*spec, sums, row_of, *row->add_values());
}

// What an answer in one has come to.
class AnswerSize {
 public:
  absl::Status Check(const v1::GetMetricsResponse& response, size_t figures_of_row, bool compare) {
    const auto rows = static_cast<size_t>(response.rows_size());
    const size_t figures = figures_of_row * (compare ? 2 : 1);
    if (rows * (kRowBytes + figures * kFigureBytes) <= kMostAnswerBytes) return absl::OkStatus();
    for (; measured_ < rows; ++measured_)
      bytes_ += response.rows(static_cast<int>(measured_)).ByteSizeLong();
    return bytes_ <= kMostAnswerBytes ? absl::OkStatus() : error::TooManyFigures(kMostAnswerBytes);
  }

 private:
  size_t measured_ = 0, bytes_ = 0;
};

// Adds the rows of some parts; false when the page is full.
absl::StatusOr<bool> AddRows(const v1::GetMetricsRequest& request, const Question& q,
                             std::span<const Part> parts, const SumsByKey& sums, AnswerSize& size,
                             v1::GetMetricsResponse& response) {
  for (const auto& [key, of_subject] : sums) {
    const Part& part = parts[std::get<0>(key)];
    if (!q.after.empty() && KeysOf(part, key) <= q.after) continue;
    if (q.page_size > 0 && response.rows_size() == q.page_size) return false;
    AddRow(request, q, part, key, of_subject, response);
    if (q.page_size == 0) {
      RETURN_IF_ERROR(size.Check(response, q.specs.size(), request.compare()));
    } else if (response.rows_size() == q.page_size) {
      response.set_next_page_token(TokenAfter(q, KeysOf(part, key)));
    }
  }
  return true;
}

// Refers to the request and `period`.
ShopsQuestion ShopsAskedFor(const v1::GetMetricsRequest& request, bool has_period,
                            const kefu::common::v1::DateRange& period) {
  return {.shop_id = request.shop_id(),
          .all_shops = request.all_shops(),
          .definition_id = request.definition_id(),
          .has_period = has_period,
          .period = period,
          .compare = request.compare(),
          .granularity = GranularityOf(request)};
}

// The version of what the pages of a walk are made of.
absl::StatusOr<int64_t> VersionOf(const Dependencies& deps, const RequestContext& ctx,
                                  const Question& q, bool compare) {
  Span needed = *q.asked.days;
  for (const Part& part : q.parts) {
    if (compare)
      needed.first = std::min({needed.first, part.previous.first, part.same_weekdays.first});
  }
  return deps.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<int64_t> {
        int64_t version = 0;
        for (size_t i = 0; i < q.asked.shops.size(); ++i) {
          ASSIGN_OR_RETURN(
              const int64_t of_shop,
              store::VersionOfMonths(t, q.asked.shops[i].scope, q.asked.definitions[i]->Key(),
                                     needed.first, needed.last));
          version += of_shop;
        }
        return version;
      });
}

// Shops that are added up may have policies that differ: theirs name no click cost.
absl::Status LoadClickCosts(const Dependencies& deps, const RequestContext& ctx, Question& q) {
  const bool hang = std::ranges::any_of(
      q.specs, [](const domain::MetricSpec* spec) { return domain::HangsOnClicks(*spec); });
  if (!hang || q.asked.shops.size() != 1) return absl::OkStatus();
  ASSIGN_OR_RETURN(q.clicks, deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return ClickCosts::Load(t, q.asked.shops.front());
  }));
  return absl::OkStatus();
}

// How many parts are read at once: of a page as many as it still has room for, by the rows that
// the parts before had.
size_t PartsAtOnce(const Question& q, size_t rows_of_part, int rows) {
  if (q.page_size == 0) return kPartsAtOnce;
  if (rows_of_part == 0) return 1;
  const size_t room = static_cast<size_t>(q.page_size - rows) / rows_of_part;
  return std::clamp<size_t>(room, 1, kPartsAtOnce);
}

// Part by part, as far as the page goes: what is not answered is not read.
absl::Status Answer(const Dependencies& deps, const RequestContext& ctx,
                    const v1::GetMetricsRequest& request, const Question& q,
                    v1::GetMetricsResponse& response) {
  // Members of a team change by day, and many short parts are cheaper from days read once.
  const bool by_months = q.wanted.members_of_team.empty() && q.parts.size() <= kFewParts;
  std::span<const Part> left(q.parts);
  while (!q.after.empty() && !left.empty() &&
         absl::FormatCivilTime(left.front().span.first) < q.after.front())
    left = left.subspan(1);
  AnswerSize size;
  size_t rows_of_part = 0;
  while (!left.empty()) {
    const auto parts =
        left.first(std::min(left.size(), PartsAtOnce(q, rows_of_part, response.rows_size())));
    ASSIGN_OR_RETURN(const SumsByKey sums,
                     deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                       return SumUp(t, ctx, q.asked, q.wanted, parts, by_months, request.compare());
                     }));
    ASSIGN_OR_RETURN(const bool all, AddRows(request, q, parts, sums, size, response));
    if (!all) return absl::OkStatus();
    rows_of_part = std::max<size_t>(1, sums.size() / parts.size());
    left = left.subspan(parts.size());
  }
  response.clear_next_page_token();
  return absl::OkStatus();
}

// Leaves the metrics that the subjects have; others that are asked for by name are refused.
absl::Status KeepApplying(const v1::GetMetricsRequest& request, Question& q) {
  std::vector<std::string> of_others;
  std::erase_if(q.specs, [&](const domain::MetricSpec* spec) {
    if (domain::AppliesTo(*spec, q.wanted.kind)) return false;
    of_others.emplace_back(spec->id);
    return true;
  });
  if (request.metric_ids().empty() || of_others.empty()) return absl::OkStatus();
  return error::MetricNotForSubject(
      absl::StrJoin(of_others, "', '"),
      absl::AsciiStrToLower(std::string(store::KindName(q.wanted.kind))));
}

}  // namespace

absl::StatusOr<v1::GetMetricsResponse> Handlers::GetMetrics(
    const RequestContext& ctx, const v1::GetMetricsRequest& request) const {
  Question q;
  RETURN_IF_ERROR(CheckAsked(request, q));
  RETURN_IF_ERROR(KeepApplying(request, q));
  RETURN_IF_ERROR(RequireSight(ctx, q.wanted));
  RETURN_IF_ERROR(LocatePage(ctx, request, q));
  const auto period = q.days ? convert::ToProto(*q.days) : request.period();
  ASSIGN_OR_RETURN(
      q.asked,
      ResolveShops(deps_, ctx, ShopsAskedFor(request, q.days || request.has_period(), period)));
  v1::GetMetricsResponse response;
  *response.mutable_definition() = convert::ToProto(*q.asked.definition);
  if (!q.asked.days) return response;  // no facts at all and no period asked
  *response.mutable_period() = convert::ToProto(*q.asked.days);
  q.parts = PartsOf(*q.asked.days, GranularityOf(request));
  if (q.page_size > 0) {
    ASSIGN_OR_RETURN(const int64_t version, VersionOf(deps_, ctx, q, request.compare()));
    response.set_figures_changed(q.days && version != q.version);
    if (!q.days) q.version = version;
  }
  RETURN_IF_ERROR(LoadClickCosts(deps_, ctx, q));
  RETURN_IF_ERROR(Answer(deps_, ctx, request, q, response));
  RETURN_IF_ERROR(NameRows(deps_.database, ctx, q.asked.shops, response));
  return response;
}

absl::StatusOr<v1::ListMetricsResponse> Handlers::ListMetrics(const RequestContext&,
                                                              const v1::ListMetricsRequest&) const {
  v1::ListMetricsResponse response;
  for (const domain::MetricSpec& spec : domain::Catalogue())
    *response.add_metrics() = convert::ToProto(spec);
  for (const domain::MetricDefinition& definition : domain::Definitions()) {
    *response.add_definitions() = convert::ToProto(definition);
  }
  return response;
}

}  // namespace kefu::performance
