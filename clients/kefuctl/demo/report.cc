#include "clients/kefuctl/demo/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/time/clock.h"
#include "clients/kefuctl/demo/calls.h"
#include "clients/kefuctl/demo/parts.h"
#include "clients/kefuctl/i18n.h"
#include "common/money/money.h"
#include "common/status/status_macros.h"

namespace kefu::demo {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kLowUnits = 10;  // as the gateway's day view
constexpr int64_t kMillion = 1'000'000;

// A figure as numerator and denominator, so that those of several shops add up exactly.
struct Figure {
  int64_t numerator = 0, denominator = 0;
  performance::MetricUnit unit = performance::METRIC_UNIT_COUNT;
  std::optional<double> value;  // of one shop
};
using Figures = std::map<std::string, Figure, std::less<>>;

void AddTo(Figures& sum,
           const google::protobuf::RepeatedPtrField<performance::MetricValue>& values) {
  for (const auto& value : values) {
    Figure& figure = sum[value.metric_id()];
    figure.numerator += value.numerator();
    figure.denominator += value.denominator();
    figure.unit = value.unit();
    figure.value = value.has_value() ? std::optional(value.value()) : std::nullopt;
  }
}

Json Whole(const Figures& figures, std::string_view id) {
  const auto found = figures.find(id);
  return found == figures.end() ? Json() : Json(found->second.numerator);
}

// A rate or a mean, rounded half up to 6 decimals.
Json Mean(const Figures& figures, std::string_view id) {
  const auto found = figures.find(id);
  if (found == figures.end() || found->second.denominator <= 0) return Json();
  const bool micros = found->second.unit == performance::METRIC_UNIT_SECONDS;
  const auto scaled =
      MulDivHalfUp(found->second.numerator, micros ? 1 : kMillion, found->second.denominator);
  return scaled.ok() ? Json(static_cast<double>(*scaled) / kMillion) : Json();
}

// What cannot be summed, such as a percentile; only for one shop. Money is in whole minor units.
Json Single(const Figures& figures, std::string_view id) {
  const auto found = figures.find(id);
  if (found == figures.end() || !found->second.value) return Json();
  const double value = *found->second.value;
  return found->second.unit == performance::METRIC_UNIT_MONEY ? Json(static_cast<int64_t>(value))
                                                              : Json(value);
}

kefu::common::v1::DateRange MonthOf(absl::CivilDay today) {
  const absl::CivilMonth month = absl::CivilMonth(today) - 1;
  kefu::common::v1::DateRange range;
  SetDay(absl::CivilDay(month), range.mutable_start_date());
  SetDay(absl::CivilDay(month + 1) - 1, range.mutable_end_date());
  return range;
}

std::string DayText(const kefu::common::v1::Date& day) {
  return fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
}

struct AgentSum {
  std::string name, tier;
  std::set<std::string> shops;
  Figures figures;
};
struct TeamSum {
  std::string name;
  Figures figures;
};

class Report {
 public:
  explicit Report(kefuctl::Client& client) : client_(client), month_(MonthOf(kToday)) {}

  absl::StatusOr<Json> Make() {
    RETURN_IF_ERROR(FindShops());
    Json report;
    report["shops"] = Json::array();
    for (const auto& shop : shops_) {
      ASSIGN_OR_RETURN(Json row, ShopRow(shop));
      report["shops"].push_back(std::move(row));
    }
    ASSIGN_OR_RETURN(report["agents"], AgentRows());
    ASSIGN_OR_RETURN(report["teams"], TeamRows());
    ASSIGN_OR_RETURN(report["cases"], Cases());
    ASSIGN_OR_RETURN(report["stock"], Stock());
    report["made_up"] = true;
    return report;
  }

 private:
  absl::Status FindShops();
  absl::StatusOr<Json> ShopRow(const staffing::Shop& shop);
  absl::StatusOr<Json> AgentRows();
  absl::StatusOr<Json> TeamRows();
  absl::StatusOr<Json> Cases();
  absl::StatusOr<Json> Stock();

  kefuctl::Client& client_;
  const kefu::common::v1::DateRange month_;
  std::vector<staffing::Shop> shops_;
  std::map<std::string, AgentSum> agents_;
};

absl::Status Report::FindShops() {
  RETURN_IF_ERROR(
      EachPage(client_, kListShops, staffing::ListShopsRequest(), [&](const auto& page) {
        for (const auto& shop : page.shops()) {
          if (shop.external_id() == "demo-jd" || shop.external_id() == "demo-tm")
            shops_.push_back(shop);
        }
      }));
  if (!shops_.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(kefuctl::CurrentLanguage() == kefuctl::Language::kChinese
                                           ? "演示数据尚未载入；请先运行 kefuctl demo load"
                                           : "the demo is not loaded; run kefuctl demo load first");
}

absl::StatusOr<Json> Report::ShopRow(const staffing::Shop& shop) {
  gateway::GetShopPeriodRequest request;
  request.set_shop_id(shop.shop_id());
  *request.mutable_period() = month_;
  ASSIGN_OR_RETURN(const auto view, Ask(client_, kGetShopPeriod, request));
  for (const auto& part : view.parts()) {
    if (!part.complete()) {
      return absl::UnavailableError(
          fmt::format("{}: {} {}", part.part(), part.error_reason(), part.error_description()));
    }
  }
  for (const auto& agent : view.agents()) {
    AgentSum& sum = agents_[agent.agent_id()];
    sum.name = agent.display_name();
    sum.tier = agent.tier_id();
    sum.shops.insert(shop.display_name());
    AddTo(sum.figures, agent.values());
  }
  Figures f;
  AddTo(f, view.figures());
  return Json{{"shop_id", shop.shop_id()},
              {"shop", shop.display_name()},
              {"platform", staffing::Platform_Name(shop.platform())},
              {"from", DayText(month_.start_date())},
              {"to", DayText(month_.end_date())},
              {"currency", shop.currency_code()},
              {"orders", Whole(f, "orders")},
              {"paid_orders", Whole(f, "paid_orders")},
              {"sales_minor", Whole(f, "sales")},
              {"net_sales_minor", Whole(f, "net_sales")},
              {"average_order_value_minor", Single(f, "average_order_value")},
              {"silent_orders", Whole(f, "silent_orders")},
              {"silent_sales_minor", Whole(f, "silent_sales")},
              {"conversations", Whole(f, "conversations")},
              {"consulted", Whole(f, "consulted")},
              {"replied", Whole(f, "replied")},
              {"reply_rate", Mean(f, "reply_rate")},
              {"converted", Whole(f, "converted")},
              {"conversion", Mean(f, "conversion")},
              {"response_seconds_mean", Mean(f, "response_seconds_mean")},
              {"response_seconds_p90", Single(f, "response_seconds_p90")},
              {"first_response_seconds_mean", Mean(f, "first_response_seconds_mean")},
              {"satisfaction", Mean(f, "satisfaction")},
              {"reviews", Whole(f, "reviews")},
              {"positive_reviews", Whole(f, "positive_reviews")},
              {"positive_review_rate", Mean(f, "positive_review_rate")},
              {"refund_orders", Whole(f, "refund_orders")},
              {"refunds_minor", Whole(f, "refunds")},
              {"late_shipments", view.late_shipments()},
              {"late_compensation_minor", view.late_compensation().minor_units()}};
}

absl::StatusOr<Json> Report::AgentRows() {
  staffing::GetTierLadderRequest on;
  *on.mutable_on_date() = month_.end_date();
  ASSIGN_OR_RETURN(const auto ladder, Ask(client_, kGetTierLadder, on));
  const bool chinese = kefuctl::CurrentLanguage() == kefuctl::Language::kChinese;
  std::map<std::string, std::string> tiers;
  for (const auto& tier : ladder.tiers())
    tiers[tier.tier_id()] = chinese ? tier.name_zh() : tier.name_en();

  // Who answered nobody stands at the end.
  staffing::ListAgentsRequest all;
  all.set_show_archived(true);
  RETURN_IF_ERROR(EachPage(client_, kListAgents, all, [&](const auto& page) {
    for (const auto& agent : page.agents()) {
      if (agent.employee_number().starts_with("DEMO-"))
        agents_.try_emplace(agent.agent_id(),
                            AgentSum{agent.display_name(), agent.tier_id(), {}, {}});
    }
  }));
  std::vector<std::pair<std::string, const AgentSum*>> ranked;
  for (const auto& [id, sum] : agents_) ranked.emplace_back(id, &sum);
  const auto sales = [](const AgentSum& sum) {
    const auto found = sum.figures.find("sales");
    return found == sum.figures.end() ? int64_t{-1} : found->second.numerator;
  };
  std::ranges::sort(ranked, [&](const auto& a, const auto& b) {
    return std::pair(-sales(*a.second), a.first) < std::pair(-sales(*b.second), b.first);
  });
  Json rows = Json::array();
  for (const auto& [id, sum] : ranked) {
    const Figures& f = sum->figures;
    rows.push_back({{"rank", rows.size() + 1},
                    {"agent_id", id},
                    {"agent", sum->name},
                    {"tier", sum->tier},
                    {"tier_name", tiers.contains(sum->tier) ? tiers[sum->tier] : sum->tier},
                    {"shops", sum->shops},
                    {"sales_minor", Whole(f, "sales")},
                    {"paid_customers", Whole(f, "paid_customers")},
                    {"consulted", Whole(f, "consulted")},
                    {"conversion", Mean(f, "conversion")},
                    {"response_seconds_mean", Mean(f, "response_seconds_mean")},
                    {"assisted_followups", Whole(f, "assisted_followups")},
                    {"satisfaction", Mean(f, "satisfaction")},
                    {"positive_review_rate", Mean(f, "positive_review_rate")}});
  }
  return rows;
}

absl::StatusOr<Json> Report::TeamRows() {
  std::map<std::string, TeamSum> teams;
  for (const auto& shop : shops_) {
    performance::GetMetricsRequest request;
    request.set_shop_id(shop.shop_id());
    request.set_by_team(true);
    *request.mutable_period() = month_;
    ASSIGN_OR_RETURN(const auto answer, Ask(client_, kGetMetrics, request));
    for (const auto& row : answer.rows())
      AddTo(teams[row.subject().team_id()].figures, row.values());
  }
  RETURN_IF_ERROR(
      EachPage(client_, kListTeams, staffing::ListTeamsRequest(), [&](const auto& page) {
        for (const auto& team : page.teams()) {
          const auto found = teams.find(team.team_id());
          if (found != teams.end()) found->second.name = team.display_name();
        }
      }));
  Json rows = Json::array();
  for (const auto& [id, sum] : teams) {
    const Figures& f = sum.figures;
    rows.push_back({{"team_id", id},
                    {"team", sum.name},
                    {"sales_minor", Whole(f, "sales")},
                    {"consulted", Whole(f, "consulted")},
                    {"conversion", Mean(f, "conversion")},
                    {"response_seconds_mean", Mean(f, "response_seconds_mean")},
                    {"satisfaction", Mean(f, "satisfaction")},
                    {"positive_review_rate", Mean(f, "positive_review_rate")}});
  }
  return rows;
}

// By the times themselves: a breach that has not been recorded yet counts, and an answer given in
// time does although it was recorded after the deadline.
bool RanOut(const aftersales::Clock& clock, int64_t now) {
  if (!clock.has_due_time() || clock.state() == aftersales::CLOCK_STATE_PAUSED) return false;
  return (clock.has_met_time() ? clock.met_time().seconds() : now) > clock.due_time().seconds();
}

absl::StatusOr<Json> Report::Cases() {
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  struct Count {
    int64_t total = 0, breached = 0;
    std::map<int, int64_t> by_state;
  };
  std::map<int, Count> kinds;
  std::map<int, int64_t> results;
  Count all;
  for (const auto& shop : shops_) {
    aftersales::ListCasesRequest request;
    request.set_shop_id(shop.shop_id());
    RETURN_IF_ERROR(EachPage(client_, kListCases, request, [&](const auto& page) {
      for (const auto& record : page.cases()) {
        const bool breached = std::ranges::any_of(
            record.clocks(), [&](const auto& clock) { return RanOut(clock, now); });
        for (Count* count : {&all, &kinds[record.kind()]}) {
          ++count->total;
          ++count->by_state[record.state()];
          count->breached += breached;
        }
        if (record.result() != aftersales::REVIEW_RESULT_UNSPECIFIED) ++results[record.result()];
      }
    }));
  }
  const auto row = [](Json start, Count& count) {
    start["total"] = count.total;
    start["open"] = count.by_state[aftersales::CASE_STATE_OPEN];
    start["waiting_customer"] = count.by_state[aftersales::CASE_STATE_WAITING_CUSTOMER];
    start["decided"] = count.by_state[aftersales::CASE_STATE_DECIDED];
    start["closed"] = count.by_state[aftersales::CASE_STATE_CLOSED];
    start["breached"] = count.breached;
    return start;
  };
  Json cases = row(Json::object(), all);
  cases["by_kind"] = Json::array();
  for (auto& [kind, count] : kinds) {
    cases["by_kind"].push_back(
        row({{"kind", aftersales::CaseKind_Name(static_cast<aftersales::CaseKind>(kind))}}, count));
  }
  cases["by_result"] = Json::array();
  for (const auto& [result, count] : results) {
    cases["by_result"].push_back(
        {{"result", aftersales::ReviewResult_Name(static_cast<aftersales::ReviewResult>(result))},
         {"total", count}});
  }
  return cases;
}

absl::StatusOr<Json> Report::Stock() {
  struct Sum {
    int64_t skus = 0, on_hand = 0, reserved = 0, available = 0;
    Json low = Json::array();
  };
  std::map<std::string, warehouse::Node> nodes;
  std::map<std::string, std::string> sku_names;
  std::map<std::string, Sum> sums;
  RETURN_IF_ERROR(
      EachPage(client_, kListNodes, warehouse::ListNodesRequest(), [&](const auto& page) {
        for (const auto& node : page.nodes()) {
          if (node.external_id().starts_with("DEMO-")) nodes[node.node_id()] = node;
        }
      }));
  RETURN_IF_ERROR(EachPage(client_, kListSkus, warehouse::ListSkusRequest(), [&](const auto& page) {
    for (const auto& sku : page.skus()) sku_names[sku.sku_id()] = sku.display_name();
  }));
  RETURN_IF_ERROR(EachPage(
      client_, kListStockLevels, warehouse::ListStockLevelsRequest(), [&](const auto& page) {
        for (const auto& level : page.levels()) {
          Sum& sum = sums[level.key().node_id()];
          const bool sellable = level.key().condition() == warehouse::STOCK_CONDITION_SELLABLE;
          sum.skus += sellable;
          sum.on_hand += level.on_hand();
          sum.reserved += level.reserved();
          sum.available += level.available();
          if (sellable && level.available() < kLowUnits) {
            sum.low.push_back(
                {{"sku", sku_names[level.key().sku_id()]}, {"available", level.available()}});
          }
        }
      }));
  Json rows = Json::array();
  for (const auto& [id, node] : nodes) {
    Sum& sum = sums[id];
    rows.push_back({{"node_id", id},
                    {"node", node.display_name()},
                    {"kind", warehouse::NodeKind_Name(node.kind())},
                    {"skus", sum.skus},
                    {"on_hand", sum.on_hand},
                    {"reserved", sum.reserved},
                    {"available", sum.available},
                    {"low_stock", std::move(sum.low)}});
  }
  return rows;
}

}  // namespace

absl::StatusOr<nlohmann::ordered_json> MakeReport(kefuctl::Client& client) {
  return Report(client).Make();
}

}  // namespace kefu::demo
