#include "tests/chaos/flow_world.h"

#include <algorithm>
#include <random>

#include "absl/time/time.h"
#include "fmt/format.h"
#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::chaos {
namespace {

namespace as = aftersales::v1;
namespace perf = performance::v1;
namespace wh = warehouse::v1;
using Warehouse = wh::WarehouseService;

constexpr std::array kNames = std::to_array<std::string_view>(
    {"return", "return of all", "twin returns", "exchange", "dearer exchange", "cheaper exchange",
     "exchange for what is scarce", "lost hold", "damaged return", "damaged exchange",
     "return that never comes", "return called off", "cancelled return", "cancelled exchange",
     "cancelled refund", "appealed return", "rejected"});

// How many of 40 go so.
constexpr std::array kWeights = {5, 2, 3, 4, 2, 2, 3, 2, 2, 2, 2, 1, 2, 3, 2, 2, 1};
static_assert(kNames.size() == kWeights.size());

constexpr absl::Duration kOrdered = absl::Hours(2);  // before now
constexpr size_t kRowsPerMessage = 1000;

// Where it is day, so that nothing here goes over midnight: between 6 and 18 o'clock.
std::string DayZone(absl::Time now) {
  return absl::ToCivilHour(now, absl::UTCTimeZone()).hour() < 12 ? "Etc/GMT-6" : "Etc/GMT+6";
}

// One stream of rows.
template <class Request, class Open, class Put>
void Import(const std::vector<Flow>& flows, const std::string& token, const Open& open,
            const Put& put) {
  grpc::ClientContext context;
  rpc::Prepare({.timeout = absl::Minutes(3), .token = token}, context);
  perf::ImportResponse response;
  const auto writer = open(&context, &response);
  Request request;
  request.mutable_header()->set_shop_id("shop");
  for (size_t i = 0; i < flows.size(); ++i) {
    put(flows[i], *request.add_rows());
    if (i % kRowsPerMessage + 1 < kRowsPerMessage && i + 1 < flows.size()) continue;
    if (!writer->Write(request)) break;
    request.Clear();
  }
  writer->WritesDone();
  EXPECT_OK(rpc::OutcomeOf(writer->Finish()));
  EXPECT_EQ(response.rejected(), 0) << response.ShortDebugString();
}

}  // namespace

std::string_view NameOf(Story story) { return kNames[static_cast<size_t>(story)]; }

std::string Flow::order_id() const { return fmt::format("o-{}", number); }
std::string Flow::customer_id() const { return fmt::format("u-{}", number); }
std::string Flow::agent_id() const { return fmt::format("kf-{}", number % kAgents); }

bool Flow::exchange() const {
  switch (story) {
    case Story::kExchange:
    case Story::kPaysMore:
    case Story::kGetsBack:
    case Story::kScarce:
    case Story::kLostHold:
    case Story::kDamagedExchange:
    case Story::kCancelledExchange:
      return true;
    default:
      return false;
  }
}

bool Flow::damaged() const {
  return story == Story::kDamagedReturn || story == Story::kDamagedExchange;
}

bool Flow::cancelled() const {
  return story == Story::kCancelledReturn || story == Story::kCancelledExchange ||
         story == Story::kCancelledRefund;
}

std::vector<Flow> PlanFlows(uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  std::discrete_distribution<int> story(kWeights.begin(), kWeights.end());
  std::vector<Flow> flows;
  for (int i = 0; i < count; ++i) {
    // Each story once, however few there are.
    const int which = i < static_cast<int>(kNames.size()) ? i : story(random);
    Flow flow{.number = i, .story = static_cast<Story>(which)};
    const int moments = flow.exchange() ? 3 : flow.story == Story::kCancelledRefund ? 1 : 2;
    flow.moment = static_cast<Moment>(random() % moments);
    flows.push_back(flow);
  }
  return flows;
}

FlowWorld::FlowWorld(FlowCalls& calls, const Suite& suite, const std::vector<Flow>& flows) {
  MakeHouses(calls, flows);
  MakePolicies(calls);
  TellPerformance(calls, suite, flows);
}

const std::string& FlowWorld::SentFor(const Flow& flow) const {
  switch (flow.story) {
    case Story::kScarce:
      return scarce_;
    case Story::kPaysMore:
    case Story::kGetsBack:
    case Story::kCancelledExchange:
      return other_;
    default:
      return SkuOf(flow);
  }
}

std::string FlowWorld::MakeSku(FlowCalls& calls, const std::string& code, int64_t quantity) {
  const std::string sku =
      calls
          .Must<Warehouse>(
              &Warehouse::Stub::CreateSku,
              fmt::format(R"(sku {{ code: "{0}" display_name: "goods" }} request_id: "sku-{0}")",
                          code))
          .sku_id();
  stock_[sku] = quantity;
  // The first house has the odd piece.
  for (int i = 0; i < 2; ++i) {
    const int64_t here = (quantity + 1 - i) / 2;
    if (here == 0) continue;
    calls.Must<Warehouse>(
        &Warehouse::Stub::Receive,
        fmt::format(R"(node_id: "{}" lines {{ sku_id: "{}" quantity: {} }} request_id: "in-{}-{}")",
                    nodes_[i], sku, here, code, i));
  }
  return sku;
}

void FlowWorld::MakeHouses(FlowCalls& calls, const std::vector<Flow>& flows) {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i] = calls
                    .Must<Warehouse>(&Warehouse::Stub::CreateNode,
                                     fmt::format(R"(node {{ display_name: "house {0}"
                                                            kind: NODE_KIND_CITY_WAREHOUSE
                                                            region_code: "310000" }}
                                                    request_id: "node-{0}")",
                                                 i))
                    .node_id();
  }
  const auto plenty = static_cast<int64_t>(4 * flows.size());
  for (size_t i = 0; i < sold_.size(); ++i) {
    sold_[i] = MakeSku(calls, fmt::format("A{}", i), plenty);
  }
  other_ = MakeSku(calls, "B", plenty);
  const int64_t wanted = std::ranges::count(flows, Story::kScarce, &Flow::story);
  scarce_ = MakeSku(calls, "C", wanted / 2);
}

void FlowWorld::MakePolicies(FlowCalls& calls) {
  calls.Must<as::ProcessService>(
      &as::ProcessService::Stub::SetFlowPolicy,
      fmt::format(R"(policy {{ max_attempts: 2 backoff_min_seconds: 1 backoff_max_seconds: 2
                               reservation_ttl_seconds: 259200 return_node_id: "{}"
                               missing_goods: GOODS_FAULT_ACTION_HOLD
                               damaged_goods: GOODS_FAULT_ACTION_HOLD }}
                     request_id: "policy")",
                  nodes_[0]));
}

void FlowWorld::TellPerformance(FlowCalls& calls, const Suite& suite,
                                const std::vector<Flow>& flows) {
  const absl::Time now = absl::Now(), ordered = now - kOrdered;
  const std::string zone_name = DayZone(now);
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(zone_name, &zone));
  day_ = absl::ToCivilDay(now, zone);
  calls.Must<perf::PerformanceService>(
      &perf::PerformanceService::Stub::ConfigureShop,
      fmt::format(R"(settings {{ shop_id: "shop" time_zone: "{}" currency_code: "CNY" }})",
                  zone_name));
  calls.Must<perf::PayrollService>(
      &perf::PayrollService::Stub::CreatePayPlan,
      fmt::format(R"(plan {{ shop_id: "shop" display_name: "3 %" currency_code: "CNY"
                             effective_from {{ year: {} month: {} day: 1 }}
                             commission {{ bands {{ from {{ currency_code: "CNY" }}
                                                    rate_bps: 300 }} }} }})",
                  day_.year(), day_.month()));
  const auto stub = perf::PerformanceService::NewStub(suite.ChannelOf(Part::kPerformance));
  const int64_t second = absl::ToUnixSeconds(ordered);
  Import<perf::ImportConversationsRequest>(
      flows, suite.token(),
      [&](auto* context, auto* response) { return stub->ImportConversations(context, response); },
      [&](const Flow& flow, perf::ConversationRow& row) {
        perf::Conversation& talk = *row.mutable_conversation();
        talk.set_conversation_id(fmt::format("c-{}", flow.number));
        talk.set_customer_id(flow.customer_id());
        for (const perf::Side side : {perf::SIDE_CUSTOMER, perf::SIDE_AGENT}) {
          perf::Message& message = *talk.add_messages();
          message.set_side(side);
          message.mutable_send_time()->set_seconds(second + 20 * side);
          if (side == perf::SIDE_AGENT) message.set_agent_id(flow.agent_id());
          message.set_text("你好");
        }
      });
  Import<perf::ImportOrdersRequest>(
      flows, suite.token(),
      [&](auto* context, auto* response) { return stub->ImportOrders(context, response); },
      [&](const Flow& flow, perf::OrderRow& row) {
        perf::Order& order = *row.mutable_order();
        order.set_order_id(flow.order_id());
        order.set_customer_id(flow.customer_id());
        order.mutable_create_time()->set_seconds(second + 300);
        order.mutable_pay_time()->set_seconds(second + 400);
        order.mutable_paid()->set_currency_code("CNY");
        order.mutable_paid()->set_minor_units(flow.paid());
      });
}

}  // namespace kefu::chaos
