// Many processes at once under faults.
#include <random>
#include <thread>

#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AnyOf;

const std::string kTwoPieces = R"(lines { sku: "S-1" quantity: 2 } )";

class FaultsTest : public FlowsTest {
 protected:
  void ResumeStuck() {
    auto stuck = Call(&ProcessStub::ListProcesses, "state: PROCESS_STATE_STUCK");
    ASSERT_OK(stuck);
    for (const v1::Process& process : stuck->processes()) {
      EXPECT_THAT(process.error_reason(), AnyOf("DOWN", "LOST")) << process.DebugString();
      EXPECT_OK(Call(&ProcessStub::ResumeProcess,
                     fmt::format(R"(request_id: "{}" process_id: "{}" note: "tried again")",
                                 ids_.Next(), process.process_id())));
    }
  }
};

// Three workers at once, each of which dies at random; commands that fail and answers that are
// lost. One that has failed as often as the policy allows is resumed by hand.
TEST_F(FaultsTest, ManyCasesUnderFaultsAllEndOnce) {
  constexpr int kCases = 60, kWorkers = 3, kRounds = 100;
  for (const unsigned seed : {1U, 2U, 3U}) {
    std::mt19937 faults(seed);  // under the world's lock
    const auto one_in = [](std::mt19937& random, unsigned n) { return random() % n == 0; };
    world_.returns.clear();
    world_.reservations.clear();
    world_.reports.clear();
    const int64_t paid_before = LedgerLines();
    const std::array kinds = {"RETURN", "EXCHANGE", "REFUND_ONLY", "REISSUE"};
    for (int i = 0; i < kCases; ++i) {
      const std::string order = ids_.Next();
      Sell("org-a", "shop-1", order);
      Decide(fmt::format("$F{}_{}_", seed, i),
             fmt::format(R"(kind: CASE_KIND_{} order_id: "{}" {})", kinds[i % kinds.size()], order,
                         kTwoPieces));
    }
    world_.before = [&](const Command&) {
      return one_in(faults, 5) ? Unavailable("DOWN", "down", absl::ZeroDuration())
                               : absl::OkStatus();
    };
    world_.lose_answer = [&](const Command&) { return one_in(faults, 5); };
    int open = kCases;
    for (int round = 0; round < kRounds && open > 0; ++round) {
      std::vector<std::thread> workers;
      for (int w = 0; w < kWorkers; ++w) {
        workers.emplace_back([&, w] {
          std::mt19937 deaths(seed * 1000 + round * kWorkers + w);
          ProcessWorker worker({*database_, ids_, [] {}}, clock_, world_,
                               {.dies_at = [&](std::string_view) { return one_in(deaths, 5); }});
          RunAll(worker);
        });
      }
      for (std::thread& worker : workers) worker.join();
      ComeBack();
      Leave();
      ResumeStuck();
      clock_.Advance(absl::Minutes(11));
      open = static_cast<int>(
          Db().Count("SELECT COUNT(*) FROM process WHERE state NOT IN ('DONE', 'COMPENSATED')"));
    }
    EXPECT_EQ(open, 0) << seed;
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE state <> 'CLOSED'"), 0);
    EXPECT_EQ(LedgerLines(), paid_before + kCases / 2) << seed;
    EXPECT_EQ(world_.reports.size(), kCases / 2) << seed;
    EXPECT_EQ(world_.returns.size(), kCases / 2) << seed;
    EXPECT_EQ(world_.reservations.size(), kCases / 2) << seed;
    for (const auto& [id, made] : world_.reservations) EXPECT_EQ(made.state, "SHIPPED") << id;
    world_.before = nullptr;
    world_.lose_answer = nullptr;
  }
}

}  // namespace
}  // namespace kefu::aftersales
