// Imports and computations that are killed at any moment and go on end in the figures of an
// undisturbed run.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "absl/time/clock.h"
#include "bench/kpi/facts.h"
#include "common/rpc/client.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "tests/chaos/cluster.h"

namespace kefu::chaos {
namespace {

namespace v1 = performance::v1;
using PerformanceStub = v1::PerformanceService::Stub;

constexpr absl::Duration kPatience = absl::Minutes(4);  // of one import over all of its retries
constexpr int kRowsPerMessage = 500;
constexpr int kRounds = 3;

// Some days of a shop, and changes of it: what is imported in which order is the same each time.
class Shop {
 public:
  explicit Shop(const bench::MonthPlan& plan) {
    for (int day = 0; day < plan.days; ++day) days_.push_back(bench::MakeDay(plan, day));
  }

  // Brings everything in, then changes it in large and in small pieces; `import` sends one stream
  // until it has succeeded.
  template <class Import>
  void BringIn(const Import& import) {
    All(import);
    std::minstd_rand random(5);
    for (int round = 0; round < kRounds; ++round) {
      for (bench::DayOfFacts& day : days_) {
        // A few late messages, one conversation a stream: these correct.
        for (int late = 0; late < 3; ++late)
          import(std::vector{Prolonged(day.conversations[random() % day.conversations.size()])});
        v1::Order& order = day.orders[random() % day.orders.size()];
        order.set_exclusion(order.exclusion() == v1::EXCLUSION_FRAUD ? v1::EXCLUSION_UNSPECIFIED
                                                                     : v1::EXCLUSION_FRAUD);
        import(std::vector{order});
        // Half a day's conversations: these compute whole days.
        std::vector<v1::Conversation> many;
        for (v1::Conversation& conversation : day.conversations) {
          if (random() % 2 == 0) many.push_back(Prolonged(conversation));
        }
        import(many);
      }
      All(import);  // once more the same, as sources do
    }
  }

 private:
  template <class Import>
  void All(const Import& import) {
    std::vector<v1::Conversation> conversations;
    std::vector<v1::Order> orders;
    std::vector<v1::Refund> refunds;
    std::vector<v1::Review> reviews;
    for (const bench::DayOfFacts& day : days_) {
      conversations.insert(conversations.end(), day.conversations.begin(), day.conversations.end());
      orders.insert(orders.end(), day.orders.begin(), day.orders.end());
      refunds.insert(refunds.end(), day.refunds.begin(), day.refunds.end());
      reviews.insert(reviews.end(), day.reviews.begin(), day.reviews.end());
    }
    import(reviews);  // before their orders: sources know no order
    import(conversations);
    import(orders);
    import(refunds);
  }

  static const v1::Conversation& Prolonged(v1::Conversation& conversation) {
    v1::Message last = *conversation.messages().rbegin();
    last.mutable_send_time()->set_seconds(last.send_time().seconds() + 7);
    last.set_side(last.side() == v1::SIDE_AGENT ? v1::SIDE_CUSTOMER : v1::SIDE_AGENT);
    last.set_agent_id(last.side() == v1::SIDE_AGENT ? "kf-0001" : "");
    *conversation.add_messages() = last;
    return conversation;
  }

  std::vector<bench::DayOfFacts> days_;
};

void Put(v1::ConversationRow& row, const v1::Conversation& fact) {
  *row.mutable_conversation() = fact;
}
void Put(v1::OrderRow& row, const v1::Order& fact) { *row.mutable_order() = fact; }
void Put(v1::RefundRow& row, const v1::Refund& fact) { *row.mutable_refund() = fact; }
void Put(v1::ReviewRow& row, const v1::Review& fact) { *row.mutable_review() = fact; }

auto Open(PerformanceStub& stub, grpc::ClientContext* context, v1::ImportResponse* response,
          const v1::Conversation*) {
  return std::pair(stub.ImportConversations(context, response), v1::ImportConversationsRequest());
}
auto Open(PerformanceStub& stub, grpc::ClientContext* context, v1::ImportResponse* response,
          const v1::Order*) {
  return std::pair(stub.ImportOrders(context, response), v1::ImportOrdersRequest());
}
auto Open(PerformanceStub& stub, grpc::ClientContext* context, v1::ImportResponse* response,
          const v1::Refund*) {
  return std::pair(stub.ImportRefunds(context, response), v1::ImportRefundsRequest());
}
auto Open(PerformanceStub& stub, grpc::ClientContext* context, v1::ImportResponse* response,
          const v1::Review*) {
  return std::pair(stub.ImportReviews(context, response), v1::ImportReviewsRequest());
}

class FiguresUnderFireTest : public ::testing::Test {
 protected:
  const bench::MonthPlan plan_{
      .messages = Setting("KEFU_CHAOS_MESSAGES", 4000), .agents = 12, .days = 4, .seed = 3};
  const int kills_ = Setting("KEFU_CHAOS_KILLS", 5);

  // One stream; whatever interrupts it, everything is sent again.
  template <class Fact>
  absl::Status Try(Cluster& cluster, const std::vector<Fact>& facts) {
    const auto stub = v1::PerformanceService::NewStub(cluster.ChannelOf(0));
    grpc::ClientContext context;
    rpc::Prepare({.timeout = absl::Minutes(1), .token = cluster.token()}, context);
    v1::ImportResponse response;
    const Fact* kind = nullptr;
    auto [writer, request] = Open(*stub, &context, &response, kind);
    request.mutable_header()->set_shop_id("s");
    for (size_t i = 0; i < facts.size(); ++i) {
      Put(*request.add_rows(), facts[i]);
      if (request.rows_size() < kRowsPerMessage && i + 1 < facts.size()) continue;
      if (!writer->Write(request)) break;
      request.Clear();
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::OutcomeOf(status);
    EXPECT_EQ(response.rejected(), 0) << response.errors(0).ShortDebugString();
    return absl::OkStatus();
  }
  template <class Fact>
  void Import(Cluster& cluster, const std::vector<Fact>& facts) {
    const absl::Time limit = absl::Now() + kPatience;
    for (;;) {
      const absl::Status status = Try(cluster, facts);
      if (status.ok()) return;
      EXPECT_FALSE(absl::IsInternal(status) || absl::IsInvalidArgument(status)) << status;
      ++interrupted_;
      if (absl::Now() > limit || HasFailure()) {
        ADD_FAILURE() << "an import does not get through: " << status;
        return;
      }
      Pause(absl::Milliseconds(30));
    }
  }

  void Configure(Cluster& cluster) {
    v1::ConfigureShopRequest request;
    request.mutable_settings()->set_shop_id("s");
    request.mutable_settings()->set_time_zone(std::string(bench::kShopZone));
    request.mutable_settings()->set_currency_code("CNY");
    const auto stub = v1::PerformanceService::NewStub(cluster.ChannelOf(0));
    ASSERT_OK(
        rpc::Call(*stub, &PerformanceStub::ConfigureShop, request, {.token = cluster.token()}));
  }

  void BringIn(Cluster& cluster) {
    Shop(plan_).BringIn([&](const auto& facts) { Import(cluster, facts); });
  }

  // All figures and credits, once no day is marked any more.
  std::vector<std::string> Figures(Cluster& cluster) {
    const absl::Time limit = absl::Now() + kPatience;
    const auto count = [&] {
      const auto rows = cluster.database().Read(absl::Now() + absl::Seconds(30),
                                                db::Sql{"SELECT COUNT(*) FROM dirty_day"});
      return rows.ok() ? rows->front().Int(0) : -1;
    };
    while (count() != 0 && absl::Now() < limit) Pause(absl::Milliseconds(100));
    EXPECT_EQ(count(), 0) << "days stay behind";
    std::vector<std::string> all;
    for (const char* select :
         {"SELECT CONCAT_WS(' ', definition_id, day, subject_kind, subject_id, HEX(measures), "
          "HEX(histogram)) FROM day_rollup ORDER BY definition_id, day, subject_kind, subject_id",
          "SELECT CONCAT_WS(' ', definition_id, order_id, pay_day, agent_id, conversation_id) FROM "
          "order_credit ORDER BY definition_id, order_id"}) {
      const auto rows = cluster.database().Read(absl::Now() + absl::Minutes(1), db::Sql{select});
      EXPECT_OK(rows.status());
      if (!rows.ok()) return all;
      for (const db::Row row : *rows) all.push_back(row.Str(0));
    }
    return all;
  }

  std::atomic<int> interrupted_ = 0;
};

TEST_F(FiguresUnderFireTest, TheServiceAndTheDatabaseAreKilled) {
  Cluster quiet(1, "performance");
  ASSERT_NO_FATAL_FAILURE(Configure(quiet));
  const absl::Time begun = absl::Now();
  BringIn(quiet);
  const absl::Duration undisturbed = absl::Now() - begun;
  const std::vector<std::string> expected = Figures(quiet);
  ASSERT_FALSE(HasFailure());
  ASSERT_FALSE(expected.empty());

  Cluster shot(1, "performance");
  ASSERT_NO_FATAL_FAILURE(Configure(shot));
  std::atomic<bool> done = false;
  std::thread client([&] {
    BringIn(shot);
    done = true;
  });
  std::mt19937_64 random(std::random_device{}());
  int killed = 0;
  for (; killed < kills_ && !done; ++killed) {
    // Spread over what an undisturbed run takes: what is interrupted takes longer.
    Pause(undisturbed / kills_ * (0.2 + static_cast<double>(random() % 1000) / 1000));
    shot.KillEither(random);
  }
  client.join();
  fmt::print("{} kills interrupted {} imports; {} figures and credits\n", killed,
             interrupted_.load(), expected.size());
  EXPECT_GT(killed, 0);
  EXPECT_EQ(Figures(shot), expected);
}

}  // namespace
}  // namespace kefu::chaos
