// Plans: demand and stock of every item through the domain's rule, kept with the policy they were
// made by.
#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/replenishment_plan.h"
#include "services/warehouse/errors_replenishment.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/replenishment.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/replenishment.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

namespace rp = ::kefu::warehouse::domain::replenishment;

constexpr size_t kSeriesAtOnce = 500;    // rows of their history are in memory together
constexpr size_t kMaxLines = 200'000;    // a plan's
constexpr size_t kMaxIdsAtOnce = 1'000;  // of one look-up

struct Policy {
  v1::ReplenishmentPolicy proto;
  rp::PlanSettings settings;
};

// An item with what its history says; the history itself is let go.
struct Studied {
  rp::PlanItem item;
  rp::Learnt learnt;
};

// One plan from a checked command to its lines. Reads outside any long transaction: a plan is a
// proposal, not a promise.
class Planner {
 public:
  Planner(const Dependencies& deps, const RequestContext& ctx, const Policy& policy,
          const convert::PlanCommand& command)
      : deps_(deps), ctx_(ctx), policy_(policy), command_(command) {}

  absl::Status Run() {
    RETURN_IF_ERROR(CheckNodes());
    RETURN_IF_ERROR(CheckSeries());
    RETURN_IF_ERROR(FindEnd());
    for (const std::string& node_id : command_.node_ids) RETURN_IF_ERROR(StudyNode(node_id));
    return Decide();
  }

  absl::CivilDay as_of() const { return as_of_; }
  const std::vector<v1::ReplenishmentLine>& lines() const { return lines_; }

 private:
  int days() const { return policy_.proto.history_days(); }
  store::DayRange Range() const { return {as_of_ - (days() - 1), as_of_}; }
  store::DemandScope Scope(std::string_view node_id) const {
    return {ctx_.org_id(), command_.kind, node_id};
  }
  db::Reader Reader() const { return db::Reader(deps_.database, ctx_.deadline); }

  // Every id of a list exists. find: (t, set) -> StatusOr<map by id>.
  template <class Find, class Missing>
  absl::Status CheckIds(const std::vector<std::string>& ids, Find find, Missing missing) {
    for (size_t begin = 0; begin < ids.size(); begin += kMaxIdsAtOnce) {
      const auto end = std::min(ids.size(), begin + kMaxIdsAtOnce);
      std::set<std::string> asked(ids.begin() + begin, ids.begin() + end);
      asked.erase("");
      if (asked.empty()) continue;
      ASSIGN_OR_RETURN(const auto found,
                       deps_.database.RunInTransaction(
                           ctx_.deadline, [&](db::Transaction& t) { return find(t, asked); }));
      for (const std::string& id : asked) {
        if (!found.contains(id)) return missing(id);
      }
    }
    return absl::OkStatus();
  }
  absl::Status CheckNodes() {
    return CheckIds(
        command_.node_ids,
        [&](db::Transaction& t, const auto& ids) {
          return store::FindNodes(t, ctx_.org_id(), ids);
        },
        error::NodeNotFound);
  }
  absl::Status CheckSeries() {
    if (command_.kind != "SKU") return absl::OkStatus();
    return CheckIds(
        command_.series_ids,
        [&](db::Transaction& t, const auto& ids) { return store::FindSkus(t, ctx_.org_id(), ids); },
        error::SkuNotFound);
  }

  // The last day of history: as asked, the last that has demand, or yesterday.
  absl::Status FindEnd() {
    if (command_.as_of) {
      as_of_ = *command_.as_of;
      return absl::OkStatus();
    }
    std::optional<absl::CivilDay> last;
    if (!command_.shipments) {
      for (const std::string& node_id : command_.node_ids) {
        ASSIGN_OR_RETURN(const auto day, store::LastDemandDay(Reader(), Scope(node_id)));
        if (day && (!last || *day > *last)) last = day;
      }
    }
    as_of_ = last.value_or(domain::DefaultDay(ctx_.now) - 1);
    return absl::OkStatus();
  }

  absl::Status StudyNode(const std::string& node_id) {
    // By day of the range: whether anything is known of it.
    std::vector<bool> known(days());
    std::vector<store::DemandRow> shipped;
    std::vector<std::string> series = command_.series_ids;
    if (command_.shipments) {
      ASSIGN_OR_RETURN(shipped, store::ReadShipments(Reader(), ctx_.org_id(), node_id, Range()));
      absl::CivilDay first = as_of_ + 1;
      for (const auto& row : shipped) first = std::min(first, row.day);
      for (absl::CivilDay day = first; day <= as_of_; ++day) known[day - Range().first] = true;
      if (series.empty()) {
        for (const auto& row : shipped) {
          if (series.empty() || series.back() != row.series_id) series.push_back(row.series_id);
        }
      }
    } else {
      ASSIGN_OR_RETURN(const auto days_known, store::KnownDays(Reader(), Scope(node_id), Range()));
      for (const absl::CivilDay day : days_known) known[day - Range().first] = true;
      if (series.empty()) {
        ASSIGN_OR_RETURN(series, store::DemandSeries(Reader(), Scope(node_id)));
      }
    }
    if (studied_.size() + series.size() > kMaxLines) {
      return error::PlanTooLarge(studied_.size() + series.size(), kMaxLines);
    }
    for (size_t begin = 0; begin < series.size(); begin += kSeriesAtOnce) {
      const size_t count = std::min(kSeriesAtOnce, series.size() - begin);
      RETURN_IF_ERROR(StudyChunk(node_id, std::span(series).subspan(begin, count), known, shipped));
    }
    return absl::OkStatus();
  }

  struct Chunk {
    std::vector<store::DemandRow> demand;
    std::map<std::string, store::SeriesStock> stock;
    std::map<std::string, domain::Sku> skus;
  };
  absl::StatusOr<Chunk> Load(db::Transaction& t, const std::string& node_id,
                             std::span<const std::string> series) {
    Chunk chunk;
    const store::DemandScope scope = Scope(node_id);
    if (!command_.shipments) {
      ASSIGN_OR_RETURN(chunk.demand, store::ReadDemand(t, scope, series, Range()));
    }
    ASSIGN_OR_RETURN(chunk.stock, store::StockOfSeries(t, scope, series));
    if (command_.kind == "SKU") {
      ASSIGN_OR_RETURN(chunk.skus,
                       store::FindSkus(t, ctx_.org_id(), {series.begin(), series.end()}));
    }
    return chunk;
  }

  absl::Status StudyChunk(const std::string& node_id, std::span<const std::string> series,
                          const std::vector<bool>& known,
                          const std::vector<store::DemandRow>& shipped) {
    ASSIGN_OR_RETURN(const Chunk chunk,
                     deps_.database.RunInTransaction(ctx_.deadline, [&](db::Transaction& t) {
                       return Load(t, node_id, series);
                     }));
    const auto& demand = command_.shipments ? shipped : chunk.demand;
    for (const std::string& id : series) {
      rp::PlanItem item = MakeItem(node_id, id, chunk);
      item.demand.resize(days());
      for (int d = 0; d < days(); ++d) item.demand[d] = known[d] ? 0 : std::nan("");
      const auto [first, last] =
          std::ranges::equal_range(demand, id, {}, &store::DemandRow::series_id);
      for (auto row = first; row != last; ++row) {
        item.demand[row->day - Range().first] = static_cast<double>(row->quantity);
      }
      Trim(item.demand);
      const rp::Lifts lifts =
          convert::LiftsOf(command_.events, as_of_, static_cast<int>(item.demand.size()),
                           rp::PlanHorizon(item, policy_.settings));
      rp::Learnt learnt = rp::Learn(item, policy_.settings, lifts);
      item.demand = {};
      learnt.forecast = {};
      studied_.push_back({std::move(item), std::move(learnt)});
    }
    return absl::OkStatus();
  }

  // An item's history begins when it is first sold: before, it was not there to be bought.
  static void Trim(rp::Series& demand) {
    const auto first = std::ranges::find_if(demand, [](double y) { return y > 0; });
    demand.erase(demand.begin(), first);
  }

  rp::PlanItem MakeItem(const std::string& node_id, const std::string& id, const Chunk& chunk) {
    const rp::PlanSettings& settings = policy_.settings;
    rp::PlanItem item{.node_id = node_id,
                      .series_id = id,
                      .unit_cost = static_cast<double>(policy_.proto.unit_cost().minor_units()),
                      .lead_time_mean = settings.lead_time_mean,
                      .lead_time_sd = settings.lead_time_sd};
    if (const auto stock = chunk.stock.find(id); stock != chunk.stock.end()) {
      item.available = static_cast<double>(stock->second.available);
      item.in_transit = static_cast<double>(stock->second.in_transit);
    }
    if (const auto sku = chunk.skus.find(id);
        sku != chunk.skus.end() && sku->second.list_price &&
        sku->second.list_price->currency == policy_.proto.unit_cost().currency_code()) {
      item.unit_cost = static_cast<double>(sku->second.list_price->minor);
    }
    if (const auto own = command_.items.find({node_id, id}); own != command_.items.end()) {
      Apply(own->second, item);
    }
    return item;
  }

  static void Apply(const v1::ItemSettings& own, rp::PlanItem& item) {
    if (own.has_available()) item.available = static_cast<double>(own.available());
    if (own.has_in_transit()) item.in_transit = static_cast<double>(own.in_transit());
    item.on_order = static_cast<double>(own.on_order());
    item.minimum_order = static_cast<double>(own.minimum_order());
    if (own.pack_size() > 0) item.pack_size = static_cast<double>(own.pack_size());
    if (own.has_lead_time_mean_days()) item.lead_time_mean = own.lead_time_mean_days();
    if (own.has_lead_time_standard_deviation_days()) {
      item.lead_time_sd = own.lead_time_standard_deviation_days();
    }
    if (own.has_unit_cost()) item.unit_cost = static_cast<double>(own.unit_cost().minor_units());
  }

  // Classes need every item's value, so orders are decided after all have been studied.
  absl::Status Decide() {
    if (studied_.empty()) return absl::OkStatus();
    std::vector<rp::ClassItem> items;
    for (size_t i = 0; i < studied_.size(); ++i) {
      items.push_back({std::to_string(i), std::min(studied_[i].learnt.value, rp::kMaxNumber), {}});
    }
    ASSIGN_OR_RETURN(const auto classified, rp::Classify(items, policy_.settings.cuts));
    std::vector<char> abc(studied_.size());
    for (const auto& item : classified) abc[std::stoul(item.id)] = item.abc;
    for (size_t i = 0; i < studied_.size(); ++i) {
      const auto& [item, learnt] = studied_[i];
      lines_.push_back(convert::ToProto(
          item, learnt, rp::Decide(item, learnt, abc[i], policy_.settings), policy_.settings));
    }
    return absl::OkStatus();
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  const Policy& policy_;
  const convert::PlanCommand& command_;
  absl::CivilDay as_of_;
  std::vector<Studied> studied_;
  std::vector<v1::ReplenishmentLine> lines_;
};

v1::ReplenishmentPlan Summary(const Planner& planner, const v1::PlanReplenishmentRequest& request,
                              const Policy& policy, std::string_view plan_id, absl::Time now) {
  v1::ReplenishmentPlan plan;
  plan.set_plan_id(std::string(plan_id));
  plan.set_series_kind(request.series_kind());
  *plan.mutable_as_of_date() = ::kefu::convert::ToProto(planner.as_of());
  plan.set_policy_version(policy.proto.version());
  plan.set_line_count(static_cast<int64_t>(planner.lines().size()));
  for (const auto& line : planner.lines()) {
    plan.set_order_count(plan.order_count() + (line.suggested_quantity() > 0));
    plan.set_suggested_quantity(plan.suggested_quantity() + line.suggested_quantity());
  }
  *plan.mutable_create_time() = ::kefu::convert::ToProto(now);
  return plan;
}

absl::Status Tell(db::Transaction& t, const Dependencies& deps, std::string_view org_id,
                  const v1::ReplenishmentPlan& plan, absl::Time now) {
  v1::ReplenishmentPlanned event;
  *event.mutable_plan() = plan;
  t.AfterCommit(deps.on_events);
  return events::Append(t, org_id, plan.plan_id(), event, now);
}

std::vector<store::PlanLineRow> RowsOf(const std::vector<v1::ReplenishmentLine>& lines) {
  std::vector<store::PlanLineRow> rows;
  rows.reserve(lines.size());
  for (const auto& line : lines) {
    rows.push_back({static_cast<int64_t>(rows.size()) + 1, line.suggested_quantity() > 0,
                    line.SerializeAsString()});
  }
  return rows;
}

// What a token of ListReplenishmentLines binds besides the place.
std::string LinesFilter(std::string_view plan_id, bool orders_only) {
  return fmt::format("{} {}", plan_id, orders_only);
}
constexpr std::string_view kListMethod =
    "/kefu.warehouse.v1.ReplenishmentService/ListReplenishmentLines";

}  // namespace

absl::StatusOr<v1::PlanReplenishmentResponse> ReplenishmentHandlers::PlanReplenishment(
    const RequestContext& ctx, const v1::PlanReplenishmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  RETURN_IF_ERROR(events::CheckRequestId(request.request_id()));
  Policy policy;
  ASSIGN_OR_RETURN(policy.proto, GetReplenishmentPolicy(ctx, {}));
  FieldViolations stored, violations;
  policy.settings = convert::FromProto(policy.proto, stored);
  const convert::PlanCommand command =
      convert::FromProto(request, policy.proto.order_cost().currency_code(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  Planner planner(deps_, ctx, policy, command);
  RETURN_IF_ERROR(planner.Run());
  const std::vector<store::PlanLineRow> rows = RowsOf(planner.lines());
  const absl::Time now = StoredNow(ctx);
  const std::string plan_id = deps_.ids.Next();
  return events::RunWrite<v1::PlanReplenishmentResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::PlanReplenishmentResponse> {
        v1::PlanReplenishmentResponse response;
        *response.mutable_plan() = Summary(planner, request, policy, plan_id, now);
        RETURN_IF_ERROR(store::InsertPlan(t, ctx.org_id(), plan_id,
                                          convert::ToJson(response.plan()), now,
                                          ctx.principal.subject, rows));
        RETURN_IF_ERROR(Tell(t, deps_, ctx.org_id(), response.plan(), now));
        const auto shown = std::min<size_t>(page_size, planner.lines().size());
        for (size_t i = 0; i < shown; ++i) {
          *response.add_lines() = planner.lines()[i];
          convert::Explain(response.mutable_lines(static_cast<int>(i)));
        }
        if (shown < planner.lines().size()) {
          response.set_next_page_token(db::EncodePageToken(
              db::FilterHash({kListMethod, ctx.org_id(), LinesFilter(plan_id, false)}),
              {std::to_string(shown)}));
        }
        return response;
      });
}

absl::StatusOr<v1::PlanReplenishmentResponse> Handlers::PlanReplenishment(
    const RequestContext& ctx, const v1::PlanReplenishmentRequest& request) const {
  return ReplenishmentHandlers(deps_).PlanReplenishment(ctx, request);
}

absl::StatusOr<v1::ReplenishmentPlan> ReplenishmentHandlers::GetReplenishmentPlan(
    const RequestContext& ctx, const v1::GetReplenishmentPlanRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.plan_id(), "plan_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string body, store::FindPlan(db::Reader(deps_.database, ctx.deadline),
                                                           ctx.org_id(), request.plan_id()));
  v1::ReplenishmentPlan plan;
  RETURN_IF_ERROR(convert::FromJson(body, &plan));
  return plan;
}

absl::StatusOr<v1::ListReplenishmentLinesResponse> ReplenishmentHandlers::ListReplenishmentLines(
    const RequestContext& ctx, const v1::ListReplenishmentLinesRequest& request) const {
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request, LinesFilter(request.plan_id(), request.orders_only()), 1));
  v1::GetReplenishmentPlanRequest named;
  named.set_plan_id(request.plan_id());
  RETURN_IF_ERROR(GetReplenishmentPlan(ctx, named).status());
  int64_t after = 0;
  if (!page.keys.empty() && !absl::SimpleAtoi(page.keys[0], &after)) after = 0;
  ASSIGN_OR_RETURN(
      std::vector<store::PlanLineRow> rows,
      store::ListPlanLines(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                           request.plan_id(), after, page.size + 1, request.orders_only()));
  v1::ListReplenishmentLinesResponse response;
  response.set_next_page_token(CutPage(page, rows, [](const store::PlanLineRow& row) {
    return std::vector{std::to_string(row.line_number)};
  }));
  for (const store::PlanLineRow& row : rows) {
    auto* line = response.add_lines();
    if (!line->ParseFromString(row.body)) return Internal("stored plan line does not parse");
    convert::Explain(line);
  }
  return response;
}

}  // namespace kefu::warehouse
