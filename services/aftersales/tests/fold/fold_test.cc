// Writes of cases that come at the same time share transactions: what each caller is told and what
// is stored is as if they had come one after the other.
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

constexpr int kCallers = 8;

class CaseFoldTest : public AftersalesTest {
 protected:
  // Runs all at once and waits for them.
  static void Together(int callers, const std::function<void(int)>& run) {
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i) threads.emplace_back([&run, i] { run(i); });
    for (std::thread& thread : threads) thread.join();
  }

  absl::StatusOr<v1::Case> OpenComplaint(const std::string& more) {
    return Call(&Stub::OpenCase,
                R"pb(case {
                       shop_id: "shop-1"
                       kind: CASE_KIND_SERVICE_COMPLAINT
                       channel: CASE_CHANNEL_CHAT
                       problem: "态度不好"
                     })pb" +
                    more);
  }

  absl::StatusOr<v1::Case> Review(const std::string& case_id, const std::string& more = "") {
    return Call(&Stub::ReviewCase,
                fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_REJECTED note: "无据" {})",
                            case_id, more));
  }

  absl::StatusOr<v1::Case> Close(const std::string& case_id) {
    return Call(&Stub::CloseCase, fmt::format(R"(case_id: "{}")", case_id));
  }

  static int64_t Commits() {
    const auto rows =
        Db().db().Read(absl::InfiniteFuture(), db::Sql{"SHOW GLOBAL STATUS LIKE 'Com_commit'"});
    EXPECT_OK(rows);
    return std::stoll(rows->front().Str(1));
  }
};

TEST_F(CaseFoldTest, EachCaseGoesItsWayAndTellsOfItInOrder) {
  constexpr int kRounds = 10, kCases = kCallers * kRounds;
  const int64_t before = Commits();
  Together(kCallers, [&](int) {
    for (int i = 0; i < kRounds; ++i) {
      const auto opened = OpenComplaint("");
      ASSERT_OK(opened);
      const auto reviewed = Review(opened->case_id());
      ASSERT_OK(reviewed);
      EXPECT_EQ(reviewed->state(), v1::CASE_STATE_DECIDED);
      const auto closed = Close(opened->case_id());
      ASSERT_OK(closed);
      EXPECT_EQ(closed->case_id(), opened->case_id());
      EXPECT_EQ(closed->state(), v1::CASE_STATE_CLOSED);
      const auto read = Call(&Stub::GetCase, fmt::format("case_id: '{}'", opened->case_id()));
      ASSERT_OK(read);
      EXPECT_THAT(*read, EqualsProto(*closed)) << "what is answered is what is stored";
      EXPECT_EQ(ClockOf(*read, v1::CLOCK_KIND_FIRST_ANSWER).state(), v1::CLOCK_STATE_CANCELLED);
    }
  });
  EXPECT_LT(Commits() - before, 4 * kCases) << "reads included, each of which commits alone";
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE state = 'CLOSED'"), kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_unassigned"), kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%WriteRecorded'"), 3 * kCases);
  // The ids of a case's events and lines of history rise with its versions.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM (SELECT GROUP_CONCAT(SUBSTRING_INDEX(type, '.', -1)"
                       " ORDER BY outbox_id) AS told FROM outbox WHERE type LIKE '%.Case%'"
                       " GROUP BY event_key) c WHERE told = 'CaseOpened,CaseChanged,CaseChanged'"),
            kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM (SELECT GROUP_CONCAT(verb ORDER BY seq) AS verbs"
                       " FROM case_activity GROUP BY case_id) c"
                       " WHERE verbs = 'OpenCase,ReviewCase,CloseCase'"),
            kCases);
}

TEST_F(CaseFoldTest, WhatIsRefusedIsRefusedAlone) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2 * kCallers; ++i) {
    const auto opened = OpenComplaint("");
    ASSERT_OK(opened);
    ids.push_back(opened->case_id());
  }
  Together(2 * kCallers, [&](int n) {
    switch (n % 4) {
      case 0:
        EXPECT_OK(Review(ids[n]));
        break;
      case 1:
        EXPECT_THAT(Close(ids[n]), StatusIs(absl::StatusCode::kFailedPrecondition));
        break;
      case 2:
        EXPECT_THAT(Review(ids[n], "etag: 'old'"), HasReason("ETAG_MISMATCH"));
        break;
      default:
        EXPECT_THAT(Review("nobody"), StatusIs(absl::StatusCode::kNotFound));
    }
  });
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE state = 'DECIDED'"),
            kCallers / 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_activity WHERE verb <> 'OpenCase'"),
            kCallers / 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%CaseChanged'"), kCallers / 2);
}

TEST_F(CaseFoldTest, OneRequestIdWritesOnceWhoeverComesAtOnce) {
  std::mutex mutex;
  std::set<std::string> opened, reviewed;
  Together(2 * kCallers, [&](int) {
    const auto made = OpenComplaint("request_id: 'open'");
    ASSERT_OK(made);
    const auto moved = Review(made->case_id(), "request_id: 'review'");
    ASSERT_OK(moved);
    const std::lock_guard lock(mutex);
    opened.insert(made->SerializeAsString());
    reviewed.insert(moved->SerializeAsString());
  });
  EXPECT_EQ(opened.size(), 1);
  EXPECT_EQ(reviewed.size(), 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_activity"), 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox"), 4);
  EXPECT_THAT(Close(""), HasReason("INVALID_FIELDS"));
  const std::string id = Call(&Stub::ListCases, "")->cases(0).case_id();
  EXPECT_THAT(Review(id, "request_id: 'open'"), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Call(&Stub::CloseCase, fmt::format("case_id: '{}' request_id: 'a b'", id)),
              HasReason("INVALID_FIELDS"));
}

TEST_F(CaseFoldTest, AStoredAnswerIsGivenWhenItOutlivesACrash) {
  const auto flushes = [] { return Db().Count("SELECT COALESCE(SUM(count), 0) FROM flush_mark"); };
  ASSERT_OK_AND_ASSIGN(const auto made, OpenComplaint("request_id: 'open'"));
  EXPECT_EQ(flushes(), 0);
  EXPECT_THAT(OpenComplaint("request_id: 'open'"), IsOkAndHolds(EqualsProto(made)));
  EXPECT_EQ(flushes(), 1);
  Db().Exec("RENAME TABLE flush_mark TO flush_mark_away");
  EXPECT_FALSE(OpenComplaint("request_id: 'open'").ok());
  Db().Exec("RENAME TABLE flush_mark_away TO flush_mark");
  EXPECT_THAT(OpenComplaint("request_id: 'open'"), IsOkAndHolds(EqualsProto(made)));
}

TEST_F(CaseFoldTest, WritesOfOneCaseComeOneAfterTheOther) {
  const auto opened = OpenComplaint("");
  ASSERT_OK(opened);
  std::mutex mutex;
  std::set<std::string> etags;
  Together(kCallers, [&](int n) {
    const auto moved = Call(
        &Stub::RespondToCase,
        fmt::format("case_id: '{}' message: 'm' promised_actions: 'p{}'", opened->case_id(), n));
    ASSERT_OK(moved);
    const std::lock_guard lock(mutex);
    etags.insert(moved->etag());
  });
  EXPECT_EQ(etags.size(), kCallers);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_promise"), kCallers);
  EXPECT_EQ(Db().Count("SELECT version FROM aftersales_case"), 1 + kCallers);
}

TEST_F(CaseFoldTest, AnExternalIdIsTakenOnceAndTheOthersAreOpened) {
  std::atomic<int> taken = 0, made = 0;
  Together(2 * kCallers, [&](int n) {
    v1::OpenCaseRequest request;
    v1::Case& asked = *request.mutable_case_();
    asked.set_shop_id("shop-1");
    asked.set_kind(v1::CASE_KIND_PLATFORM_WORK_ORDER);
    asked.set_channel(v1::CASE_CHANNEL_WORK_ORDER);
    asked.set_order_id("order-1");
    asked.set_problem("p");
    asked.set_external_id(n % 2 == 0 ? "same" : fmt::format("own-{}", n));
    const auto opened = rpc::Call(*stub_, &Stub::OpenCase, request, As("org-a"));
    if (opened.ok()) return void(++made);
    EXPECT_THAT(opened, HasReason("EXTERNAL_ID_TAKEN"));
    ++taken;
  });
  EXPECT_EQ(made, kCallers + 1);
  EXPECT_EQ(taken, kCallers - 1);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_clock GROUP BY clock_kind LIMIT 1"),
            kCallers + 1);
}

TEST_F(CaseFoldTest, WhoWaitsForAHeldCaseHoldsUpNobody) {
  const auto held = OpenComplaint("");
  ASSERT_OK(held);
  absl::Notification locked, done;
  std::thread holder([&] {
    EXPECT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      const auto found = store::LockCase(t, "org-a", held->case_id());
      locked.Notify();
      done.WaitForNotification();
      return found.status();
    }));
  });
  locked.WaitForNotification();
  std::atomic<bool> answered = false;
  std::thread waiting([&] {
    EXPECT_OK(Review(held->case_id()));
    answered = true;
  });
  for (int i = 0; i < 3; ++i) {
    Together(kCallers / 2, [&](int) {
      const auto opened = OpenComplaint("");
      ASSERT_OK(opened);
      EXPECT_OK(Review(opened->case_id()));
    });
  }
  EXPECT_FALSE(answered);
  done.Notify();
  holder.join();
  waiting.join();
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM aftersales_case WHERE state = 'DECIDED'"),
            1 + 3 * kCallers / 2);
}

}  // namespace
}  // namespace kefu::aftersales
