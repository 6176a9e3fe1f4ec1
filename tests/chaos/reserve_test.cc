// A flash sale: 64 callers after a few hundred pieces, while servers and the database are killed.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "absl/time/clock.h"
#include "common/rpc/client.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "services/warehouse/tests/books.h"
#include "tests/chaos/cluster.h"
#include "tests/chaos/history.h"

namespace kefu::chaos {
namespace {

namespace v1 = warehouse::v1;
using ::testing::IsEmpty;

constexpr int kCallers = 64;
constexpr absl::Duration kCallTime = absl::Seconds(5);
constexpr absl::Duration kPatience = absl::Minutes(2);  // of one operation over all of its retries

class FlashSaleTest : public ::testing::Test {
 protected:
  const int attempts_ = Setting("KEFU_CHAOS_ATTEMPTS", 3000);
  const int units_ = Setting("KEFU_CHAOS_UNITS", 300);

  void Open(int servers) {
    cluster_.emplace(servers);
    const auto stub = cluster_->StubOf(0);
    const rpc::CallOptions call{.token = cluster_->token()};
    v1::CreateNodeRequest node;
    node.mutable_node()->set_display_name("n");
    node.mutable_node()->set_kind(v1::NODE_KIND_CITY_WAREHOUSE);
    ASSERT_OK_AND_ASSIGN(const auto made, rpc::Call(*stub, &Stub::CreateNode, node, call));
    v1::CreateSkuRequest sku;
    sku.mutable_sku()->set_code("s");
    sku.mutable_sku()->set_display_name("s");
    ASSERT_OK_AND_ASSIGN(const auto made_sku, rpc::Call(*stub, &Stub::CreateSku, sku, call));
    v1::ReceiveRequest receive;
    receive.set_node_id(made.node_id());
    v1::ReceiptLine& line = *receive.add_lines();
    line.set_sku_id(made_sku.sku_id());
    line.set_quantity(units_);
    ASSERT_OK(rpc::Call(*stub, &Stub::Receive, receive, call));
    v1::ReservationLine& wanted = *request_.mutable_reservation()->add_lines();
    wanted.set_node_id(made.node_id());
    wanted.set_sku_id(made_sku.sku_id());
    wanted.set_quantity(1);
  }

  // All attempts by all callers; `trouble` runs beside them.
  void Sell(const std::function<void()>& trouble) {
    std::atomic<int> next = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kCallers; ++i) {
      threads.emplace_back([&, i] {
        Caller caller(*this, i);
        for (int n; (n = next.fetch_add(1)) < attempts_;) caller.Try(fmt::format("op-{}", n));
      });
    }
    trouble();
    for (std::thread& thread : threads) thread.join();
  }

  // Until so many are sold, so that what is done next happens in the middle of the sale.
  void WaitForSold(int sold) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sold_ >= sold; });
  }
  void CountSold() {
    const std::lock_guard lock(mutex_);
    ++sold_;
    changed_.notify_all();
  }
  void CheckAll() {
    const std::vector<Operation> history = history_.Take();
    ASSERT_EQ(history.size(), static_cast<size_t>(attempts_));
    EXPECT_EQ(std::ranges::count_if(history, &Operation::reserved), units_);
    EXPECT_THAT(Contradictions(history, units_, cluster_->database()), IsEmpty());
    warehouse::CheckBooks(cluster_->database());
    int calls = 0;
    for (const Operation& operation : history) calls += operation.calls;
    fmt::print("{} operations in {} calls\n", history.size(), calls);
  }

  std::optional<Cluster> cluster_;
  v1::ReserveRequest request_;
  History history_;

  std::mutex mutex_;
  std::condition_variable changed_;
  int sold_ = 0;  // guarded by mutex_

 private:
  // One who asks until there is an answer, at any server that lives.
  class Caller {
   public:
    Caller(FlashSaleTest& test, int number)
        : test_(test), server_(number % test.cluster_->servers()), random_(number) {}

    void Try(const std::string& request_id) {
      Operation operation{.request_id = request_id, .begun = absl::Now()};
      v1::ReserveRequest request = test_.request_;
      request.set_request_id(request_id);
      request.mutable_reservation()->set_order_id(request_id);
      // One in eight asks again although it has an answer: a retry gets the first one's.
      const int wanted = random_() % 8 == 0 ? 2 : 1;
      int answers = 0;
      for (const absl::Time limit = absl::Now() + kPatience; answers < wanted;) {
        ASSERT_LT(absl::Now(), limit) << request_id << " gets no answer";
        ++operation.calls;
        answers += Ask(request, operation) ? 1 : 0;
      }
      operation.ended = absl::Now();
      if (operation.reserved) test_.CountSold();
      test_.history_.Add(std::move(operation));
    }

   private:
    // Whether it was answered; else the next try goes to another server.
    bool Ask(const v1::ReserveRequest& request, Operation& operation) {
      if (stub_ == nullptr) stub_ = test_.cluster_->StubOf(server_);
      const auto result = rpc::Call(*stub_, &Stub::Reserve, request,
                                    {.timeout = kCallTime, .token = test_.cluster_->token()});
      if (result.ok()) {
        operation.reserved = true;
        operation.answered.insert(result->reservation_id());
        return true;
      }
      if (ReasonOf(result.status()) == "INSUFFICIENT_STOCK") return operation.refused = true;
      EXPECT_FALSE(absl::IsInternal(result.status()) || absl::IsInvalidArgument(result.status()))
          << result.status();
      server_ = (server_ + 1) % test_.cluster_->servers();
      stub_.reset();
      Pause(absl::Milliseconds(5 + random_() % 40));
      return false;
    }

    FlashSaleTest& test_;
    int server_;
    std::minstd_rand random_;
    std::unique_ptr<Stub> stub_;
  };
};

TEST_F(FlashSaleTest, OneServer) {
  ASSERT_NO_FATAL_FAILURE(Open(1));
  Sell([] {});
  CheckAll();
}

TEST_F(FlashSaleTest, TwoServersOnOneDatabase) {
  ASSERT_NO_FATAL_FAILURE(Open(2));
  Sell([] {});
  CheckAll();
}

TEST_F(FlashSaleTest, AServerAndTheDatabaseAreKilled) {
  ASSERT_NO_FATAL_FAILURE(Open(2));
  Sell([this] {
    WaitForSold(units_ / 4);
    cluster_->KillServer(1);
    WaitForSold(units_ / 2);
    cluster_->KillDatabase();
    cluster_->RestartDatabase();
    WaitForSold(units_ * 3 / 4);
    cluster_->RestartServer(1);
  });
  CheckAll();
}

}  // namespace
}  // namespace kefu::chaos
