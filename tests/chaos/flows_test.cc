// Returns and exchanges while every process and the database are killed: afterwards each case is
// finished or undone, each refund paid once, stock conserved, sales and commissions right.
#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/warehouse/tests/books.h"
#include "tests/chaos/cluster.h"
#include "tests/chaos/flow_books.h"
#include "tests/chaos/flow_calls.h"
#include "tests/chaos/flow_people.h"
#include "tests/chaos/flow_world.h"
#include "tests/chaos/suite.h"

namespace kefu::chaos {
namespace {

using ::testing::IsEmpty;

constexpr absl::Duration kLongestDown = absl::Milliseconds(400), kPaymentWait = absl::Seconds(3);
// Calls of people for a flow, about: kills are spread over so many.
constexpr int kCallsOfFlow = 8;

class FlowsUnderFireTest : public ::testing::Test {
 protected:
  const bool full_ = Setting("KEFU_CHAOS_FULL", 0) != 0;
  const int flow_count_ = Setting("KEFU_CHAOS_FLOWS", full_ ? 2000 : 60);
  const int kill_count_ = Setting("KEFU_CHAOS_FLOW_KILLS", full_ ? 60 : 9);
  const int first_seed_ = Setting("KEFU_CHAOS_FIRST_SEED", 1);
  const int seed_count_ = Setting("KEFU_CHAOS_SEEDS", full_ ? 100 : 1);

  // Each part in turn, in an order that is another one each time, now and then with another; and
  // every third time those that have just paid, or the database that is to remember it: what is
  // between a payment and the record of it takes a few milliseconds, which chance hardly finds.
  struct Kill {
    std::vector<Part> victims;
    bool at_payment = false;
  };
  std::vector<Kill> PlanKills(std::mt19937_64& random) const {
    std::vector<Kill> kills;
    std::vector<Part> deck;
    for (int i = 0; i < kill_count_; ++i) {
      Kill& kill = kills.emplace_back();
      kill.at_payment = i % 3 == 2;
      if (kill.at_payment && random() % 2 == 0) {
        kill.victims = {Part::kDatabase};
        continue;
      }
      if (kill.at_payment) {
        kill.victims = {Part::kAftersales, Part::kAftersalesToo};
        continue;
      }
      if (deck.empty()) {
        deck.assign(kParts.begin(), kParts.end());
        std::shuffle(deck.begin(), deck.end(), random);
      }
      kill.victims = {deck.back()};
      deck.pop_back();
      const Part other = kParts[random() % kParts.size()];
      if (random() % 5 == 0 && other != kill.victims.front()) kill.victims.push_back(other);
      // A server is ready only when the database is.
      std::ranges::sort(kill.victims, std::greater());
    }
    return kills;
  }

  // Until something is paid; not for long, there may be nothing left to pay.
  static void AwaitPayment(const Suite& suite) {
    const auto paid = [&] { return std::filesystem::file_size(suite.ledger_file()); };
    const auto before = paid();
    const absl::Time limit = absl::Now() + kPaymentWait;
    while (paid() == before && absl::Now() < limit) Pause(absl::Microseconds(200));
  }

  // At moments that are spread over the calls of the people. Returns how often each was killed.
  std::map<std::string_view, int> KillAll(Suite& suite, FlowPeople& people, int64_t already,
                                          std::mt19937_64& random) {
    std::vector<int64_t> moments;
    const int64_t calls = int64_t{kCallsOfFlow} * flow_count_;
    for (int i = 0; i < kill_count_; ++i) moments.push_back(already + random() % calls);
    std::ranges::sort(moments);
    std::map<std::string_view, int> killed;
    const std::vector<Kill> kills = PlanKills(random);
    for (size_t i = 0; i < kills.size(); ++i) {
      if (!people.WaitForCalls(moments[i])) break;
      if (kills[i].at_payment) AwaitPayment(suite);
      for (const Part victim : kills[i].victims) {
        suite.Kill(victim);
        ++killed[NameOf(victim)];
      }
      Pause(kLongestDown * (static_cast<double>(random() % 1000) / 1000));
      for (const Part victim : kills[i].victims) suite.Restart(victim);
    }
    return killed;
  }

  void Play(int seed) {
    const absl::Time begun = absl::Now();
    std::mt19937_64 random(seed);
    const std::vector<Flow> flows = PlanFlows(random(), flow_count_);
    Suite suite;
    FlowCalls calls(suite);
    const FlowWorld world(calls, suite, flows);
    if (HasFailure()) return;
    FlowPeople people(suite, calls, world, flows);
    const absl::Time opened = absl::Now();
    std::thread playing([&] { people.Run(); });
    const auto killed = KillAll(suite, people, calls.answered(), random);
    playing.join();
    const absl::Time ended = absl::Now();
    FlowTally tally;
    EXPECT_THAT(Contradictions(suite, calls, world, flows, people.deeds(), tally), IsEmpty());
    warehouse::CheckBooks(suite.DatabaseOf(Part::kWarehouse));
    fmt::print(
        "seed {}: {} flows, {} cases; killed {}; {} calls; {} processes done, {} undone, {} times "
        "resumed; {} payments in the ledger ({} withdrawn), {} refunds of {}.{:02}; {:.0f} s to "
        "open, {:.0f} s of flows, {:.0f} s to check\n",
        seed, flow_count_, tally.cases, killed, calls.answered(), tally.done, tally.undone,
        people.resumed(), tally.payments, tally.withdrawn, tally.refunds, tally.refunded / 100,
        tally.refunded % 100, absl::ToDoubleSeconds(opened - begun),
        absl::ToDoubleSeconds(ended - opened), absl::ToDoubleSeconds(absl::Now() - ended));
    std::fflush(stdout);
  }
};

TEST_F(FlowsUnderFireTest, EachEndsOnce) {
  for (int seed = first_seed_; seed < first_seed_ + seed_count_; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Play(seed);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace kefu::chaos
