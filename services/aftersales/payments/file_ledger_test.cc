// The ledger pays once whatever happens: retries, two processes, a process killed while it writes,
// a file that somebody has changed.
#include "services/aftersales/payments/file_ledger.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::HasReason;

class FileLedgerTest : public ::testing::Test {
 protected:
  std::unique_ptr<FileLedger> Open() {
    auto ledger = FileLedger::Open(path(), clock_);
    EXPECT_OK(ledger);
    return ledger.ok() ? *std::move(ledger) : nullptr;
  }
  std::string path() const { return folder_.File("payments.jsonl"); }
  std::string Text() const {
    std::ifstream in(path());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  int64_t Lines() const {
    const std::string text = Text();
    return std::count(text.begin(), text.end(), '\n');
  }
  void Write(const std::string& text) { std::ofstream(path(), std::ios::trunc) << text; }

  static PaymentOrder Refund(const std::string& id, int64_t minor = 100) {
    return {id, "org", "shop", "order", "REFUND", "买家", {"CNY", minor}, "case \"1\""};
  }

  testing::TempFolder folder_{"kefu-ledger"};
  testing::FakeClock clock_;
};

// The disk refuses once; to whoever asks again it says that all is well.
TEST_F(FileLedgerTest, WhatDidNotReachTheDiskIsWrittenAnew) {
  int failures = 0, calls = 0;
  auto ledger = FileLedger::Open(path(), clock_, [&](int) {
    ++calls;
    if (failures == 0) return 0;
    --failures;
    errno = EIO;
    return -1;
  });
  ASSERT_OK(ledger);
  ASSERT_OK((*ledger)->Pay(Refund("p1")));
  failures = 1;
  EXPECT_THAT((*ledger)->Pay(Refund("p2")), HasReason("LEDGER_UNAVAILABLE"));
  EXPECT_EQ(Lines(), 1);
  ASSERT_OK_AND_ASSIGN(const PaymentReceipt paid, (*ledger)->Pay(Refund("p2")));
  EXPECT_EQ(calls, 3);
  ASSERT_OK_AND_ASSIGN(const auto found, Open()->Find("p2"));
  EXPECT_EQ(found, paid);
}

TEST_F(FileLedgerTest, TheSamePaymentAgainIsTheSameReceipt) {
  const auto ledger = Open();
  ASSERT_OK_AND_ASSIGN(const PaymentReceipt first, ledger->Pay(Refund("p1")));
  clock_.Advance(absl::Hours(100));
  ASSERT_OK_AND_ASSIGN(const PaymentReceipt again, ledger->Pay(Refund("p1")));
  EXPECT_EQ(first, again);
  EXPECT_THAT(ledger->Pay(Refund("p1", 101)), HasReason("PAYMENT_ID_REUSED"));
  EXPECT_EQ(Lines(), 1);
  ASSERT_OK_AND_ASSIGN(const auto found, Open()->Find("p1"));
  EXPECT_EQ(found, first);
  ASSERT_OK_AND_ASSIGN(const auto nothing, ledger->Find("p2"));
  EXPECT_FALSE(nothing);
}

TEST_F(FileLedgerTest, TwoHandlesOfOneFilePayEachPaymentOnce) {
  const auto one = Open(), two = Open();
  const auto pay_all = [&](FileLedger& ledger) {
    for (int i = 0; i < 50; ++i) ASSERT_OK(ledger.Pay(Refund(fmt::format("p{}", i))));
  };
  std::thread first([&] { pay_all(*one); });
  std::thread second([&] { pay_all(*two); });
  first.join();
  second.join();
  EXPECT_EQ(Lines(), 50);
  ASSERT_OK_AND_ASSIGN(const auto a, one->Find("p49"));
  ASSERT_OK_AND_ASSIGN(const auto b, two->Find("p49"));
  EXPECT_EQ(a, b);
}

TEST_F(FileLedgerTest, HalfALineAtTheEndIsCut) {
  ASSERT_OK(Open()->Pay(Refund("p1")));
  const std::string whole = Text();
  ASSERT_OK(Open()->Pay(Refund("p2")));
  const std::string second = Text().substr(whole.size());
  for (size_t length = 1; length < second.size(); ++length) {
    Write(whole + second.substr(0, length));
    const auto ledger = Open();
    ASSERT_NE(ledger, nullptr) << length;
    EXPECT_EQ(Text(), whole) << length;
    ASSERT_OK_AND_ASSIGN(const auto found, ledger->Find("p2"));
    EXPECT_FALSE(found);
  }
  // Also one that another process leaves while this one is open.
  const auto ledger = Open();
  std::ofstream(path(), std::ios::app) << "{\"half";
  ASSERT_OK(ledger->Pay(Refund("p2")));
  EXPECT_EQ(Lines(), 2);
  EXPECT_NE(Open(), nullptr);
}

TEST_F(FileLedgerTest, WhatSomebodyChangedIsFound) {
  const auto ledger = Open();
  for (const char* id : {"p1", "p2", "p3"}) ASSERT_OK(ledger->Pay(Refund(id)));
  const std::string text = Text();
  const auto refused = [&](const std::string& changed) {
    Write(changed);
    return !FileLedger::Open(path(), clock_).ok();
  };
  std::string more = text;
  more.replace(more.find("\"minor_units\":100"), 17, "\"minor_units\":900");
  EXPECT_TRUE(refused(more));
  EXPECT_TRUE(refused(text.substr(text.find('\n') + 1)));  // the first line is gone
  const size_t first = text.find('\n') + 1, second = text.find('\n', first) + 1;
  EXPECT_TRUE(refused(text.substr(0, first) + text.substr(second)));  // the second
  EXPECT_TRUE(refused(text.substr(0, first) + text));                 // one twice
  EXPECT_FALSE(refused(text));
}

// Killed again and again at any moment while it pays: what was answered is there, and nothing
// twice.
TEST_F(FileLedgerTest, AKilledProcessLosesNothingThatItAnswered) {
  constexpr int kPayments = 400, kKills = 8;
  for (int round = 0; round < kKills; ++round) {
    std::array<int, 2> pipe_ends;
    ASSERT_EQ(pipe(pipe_ends.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto ledger = FileLedger::Open(path(), clock_);
      for (int i = 0; ledger.ok() && i < kPayments; ++i) {
        if (!(*ledger)->Pay(Refund(fmt::format("p{}", i))).ok()) _exit(1);
        if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
      }
      _exit(0);
    }
    close(pipe_ends[1]);
    int answered = 0;
    char byte;
    while (answered < 20 + 40 * round && read(pipe_ends[0], &byte, 1) == 1) ++answered;
    kill(child, SIGKILL);
    while (read(pipe_ends[0], &byte, 1) == 1) ++answered;
    close(pipe_ends[0]);
    waitpid(child, nullptr, 0);
    const auto ledger = Open();
    ASSERT_NE(ledger, nullptr);
    for (int i = 0; i < answered; ++i) {
      ASSERT_OK_AND_ASSIGN(const auto found, ledger->Find(fmt::format("p{}", i)));
      EXPECT_TRUE(found) << i;
    }
    EXPECT_LE(Lines(), kPayments);
  }
}

}  // namespace
}  // namespace kefu::aftersales
