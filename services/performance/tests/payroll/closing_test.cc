// Closing months: what it takes, what it stores, what comes after, and what whoever dies leaves.
#include <thread>

#include "common/testing/tcp_gate.h"
#include "services/performance/store/payroll.h"
#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using ::kefu::testing::EqualsProto;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The command's code and text on the wire ("READ COMMITTED" of a new session must not match).
constexpr std::string_view kCommit =
    "\x03"
    "COMMIT";

// How many rows closing has stored.
constexpr char kStored[] =
    "SELECT (SELECT COUNT(*) FROM pay_period) + (SELECT COUNT(*) FROM pay_statement) + (SELECT "
    "COUNT(*) FROM pay_correction)";

class ClosingTest : public PayrollTest {
 protected:
  // Two agents in November by a plan of the shop's.
  void Load() {
    ASSERT_OK(Plan(SimplePlan(kFromNovember)));
    ASSERT_OK(Sell("o1", "a", 60'000));
    ASSERT_OK(Sell("o2", "a", 40'000, 2));
    ASSERT_OK(Sell("o3", "b", 30'000, 3));
  }
};

TEST_F(ClosingTest, AnAgentReadsTheOwnPayAndNobodyElses) {
  Load();
  ASSERT_OK(Close());
  const auto as = [&](const std::string& agent_id) {
    auth::Principal principal;
    principal.subject = "someone@" + agent_id;
    principal.org_id = "org-a";
    principal.agent_id = agent_id;
    principal.roles = {auth::Role::kAgent};
    return rpc::CallOptions{.token =
                                host_.tokens().Sign(std::move(principal), absl::Hours(24) * 60)};
  };
  const auto statement = Parse<v1::GetStatementRequest>(kNovember + std::string("agent_id: 'a'"));
  const auto line = Parse<v1::ExplainStatementLineRequest>(
      kNovember + std::string("agent_id: 'a' line_number: 1"));
  const auto list = Parse<v1::ListStatementsRequest>("shop_id: 's' agent_id: 'a'");
  ASSERT_OK_AND_ASSIGN(const auto own,
                       rpc::Call(*pay_, &PayStub::GetStatement, statement, as("a")));
  EXPECT_EQ(own.agent_id(), "a");
  EXPECT_EQ(own.state(), v1::PAY_STATE_CLOSED);
  EXPECT_OK(rpc::Call(*pay_, &PayStub::ExplainStatementLine, line, as("a")).status());
  ASSERT_OK_AND_ASSIGN(const auto page, rpc::Call(*pay_, &PayStub::ListStatements, list, as("a")));
  EXPECT_EQ(page.statements_size(), 1);
  for (const char* other : {"b", ""}) {
    const rpc::CallOptions caller = as(other);
    for (const absl::Status& status :
         {rpc::Call(*pay_, &PayStub::GetStatement, statement, caller).status(),
          rpc::Call(*pay_, &PayStub::ExplainStatementLine, line, caller).status(),
          rpc::Call(*pay_, &PayStub::ListStatements, list, caller).status()}) {
      EXPECT_THAT(status, HasReason("PERMISSION_DENIED")) << other;
    }
  }
  EXPECT_THAT(rpc::Call(*pay_, &PayStub::ListStatements,
                        Parse<v1::ListStatementsRequest>("shop_id: 's'"), as("a"))
                  .status(),
              HasReason("PERMISSION_DENIED"));
}

TEST_F(ClosingTest, AClosedMonthStaysAsItWas) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto before, Call(&Stub::ComputePayroll, kNovember));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_EQ(closed.state(), v1::PAY_STATE_CLOSED);
  EXPECT_EQ(closed.statements_hash(), before.period().statements_hash());
  EXPECT_EQ(closed.total().minor_units(), 600'000 + 1'500 + 2'500 + 900);
  EXPECT_EQ(closed.statement_count(), 2);
  ASSERT_OK(Sell("late", "b", 99'000, 4));
  ASSERT_OK(Plan(SimplePlan("effective_from { year: 2024 month: 12 day: 1 }", "", 1)));
  ASSERT_OK_AND_ASSIGN(const auto after, Call(&Stub::ComputePayroll, kNovember));
  EXPECT_EQ(after.period().ShortDebugString(), closed.ShortDebugString());
  for (int i = 0; i < 2; ++i) {
    v1::Statement open = before.statements(i);
    open.set_state(v1::PAY_STATE_CLOSED);
    EXPECT_THAT(after.statements(i), EqualsProto(open));
  }
  CheckTraced("a");
  CheckTraced("b");  // by the rows as they were: without the late order
  EXPECT_TRUE(Verified().intact());
  EXPECT_THAT(Call(&Stub::ComputePayroll, std::string(kNovember) + "pay_plan_id: 'shipped:growth'")
                  .status(),
              HasReason("PAY_PERIOD_CLOSED"));
  EXPECT_THAT(Plan(SimplePlan(kFromNovember)).status(), HasReason("PAY_PERIOD_CLOSED"));
  EXPECT_THAT(
      Pay(&PayStub::AddPayEntry,
          fmt::format("entry {{ {} agent_id: 'a' amount {} reason: 'r' }}", kNovember, Fen(1)))
          .status(),
      HasReason("PAY_PERIOD_CLOSED"));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Pay(&PayStub::ListStatements, "shop_id: 's' agent_id: 'a'"));
  EXPECT_EQ(list.statements_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto periods, Pay(&PayStub::ListPeriods, "shop_id: 's'"));
  EXPECT_THAT(periods.periods(0), EqualsProto(closed));
}

// What a month tells of is as long as there is to tell: ids have up to 64 characters.
TEST_F(ClosingTest, AMonthWithThousandsOfUndecidedEventsIsClosed) {
  Load();
  ASSERT_OK(Plan(SimplePlan(std::string(kFromNovember) + " conduct_fines: true")));
  v1::ImportConductRequest conduct;
  for (int i = 0; i < 1'100; ++i) {
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(fmt::format(
        "conduct_id: '{:064}' agent_id: 'a' day {{ year: 2024 month: 11 day: 3 }} kind: "
        "'harm' money {}",
        i, Fen(-100)));
  }
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_EQ(closed.pending_conduct_ids_size(), 1'100);
  EXPECT_TRUE(Verified().intact());
  ASSERT_OK_AND_ASSIGN(const auto periods, Pay(&PayStub::ListPeriods, "shop_id: 's'"));
  EXPECT_THAT(periods.periods(0), EqualsProto(closed));
}

TEST_F(ClosingTest, ClosingAgainAnswersTheSame) {
  Load();
  ASSERT_OK_AND_ASSIGN(const auto first, Close(kNovember, "request_id: 'r1'"));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(*Close(kNovember, "request_id: 'r1'"), EqualsProto(first));
  EXPECT_THAT(*Close(kNovember, "request_id: 'r2'"), EqualsProto(first));
  EXPECT_THAT(*Close(), EqualsProto(first));
  EXPECT_THAT(Close(kNovember, "expected_hash: '" + std::string(64, 'a') + "'").status(),
              HasReason("PAY_PERIOD_CLOSED"));
  EXPECT_EQ(Db().Count(kStored), 3);
}

TEST_F(ClosingTest, WhatStandsAgainstItIsNamed) {
  Load();
  ASSERT_OK(Sell("dec", "a", 10'000, 21));
  const auto not_over = Close(kDecember);
  EXPECT_THAT(not_over.status(), HasReason("PAY_PERIOD_NOT_OVER"));
  const auto details = GetDetail<google::rpc::PreconditionFailure>(not_over.status());
  ASSERT_TRUE(details);
  ASSERT_EQ(details->violations_size(), 2);  // all at once
  EXPECT_EQ(details->violations(1).type(), "PAY_PERIOD_NOT_NEXT");
  EXPECT_THAT(details->violations(1).description(), HasSubstr("2024-11"));
  NextMonth();
  EXPECT_THAT(Close(kDecember).status(), HasReason("PAY_PERIOD_NOT_NEXT"));
  EXPECT_THAT(Close("shop_id: 's' year: 2024 month: 10 ").status(),
              HasReason("PAY_PERIOD_NOT_NEXT"));
  Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's', '2024-11-12', 'default@1', 1)");
  EXPECT_THAT(Close().status(), HasReason("PAY_FIGURES_NOT_CURRENT"));
  ASSERT_OK(Call(&Stub::ComputePayroll, kNovember));  // brings them up to date
  EXPECT_THAT(Close(kNovember, "expected_hash: '" + std::string(64, 'a') + "'").status(),
              HasReason("PAY_CHANGED"));
  Tell<kefu::staffing::v1::AgentChanged>(
      "agent { agent_id: 'a' hire_date { year: 2024 month: 1 day: 1 } }");
  Tell<kefu::staffing::v1::TierChanged>(
      "change { tier_change_id: 't' agent_id: 'a' grade_id: 'P2' effective_date { year: 2024"
      " month: 1 day: 1 } }");
  ASSERT_OK(Plan(SimplePlan(kFromNovember, "coefficients { grade_id: 'P1' coefficient_bps: 1 }")));
  const auto incomplete = Close();
  EXPECT_THAT(incomplete.status(), HasReason("PAY_INCOMPLETE"));
  EXPECT_THAT(std::string(incomplete.status().message()), HasSubstr("GRADE_UNKNOWN"));
  EXPECT_EQ(Db().Count(kStored), 0);
  ASSERT_OK(Plan(SimplePlan(kFromNovember, "coefficients { grade_id: 'P2' coefficient_bps: 1 }")));
  ASSERT_OK(Close());
  EXPECT_THAT(Close("year: 2024 month: 12 ").status(), HasReason("PAY_PERIOD_NOT_NEXT"));
  ASSERT_OK(Close(kDecember));
  EXPECT_THAT(Close("year: 2024 month: 11 ").status(), HasReason("PAY_SCOPES_MIXED"));
}

TEST_F(ClosingTest, RefundsOfAClosedMonthAreTakenBackAtItsRate) {
  Load();
  ASSERT_OK(Close());
  ASSERT_OK(PayBack("f1", "o2", 40'000, 21));  // in December
  ASSERT_OK(PayBack("f2", "o1", 10'000, 22));
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("a", kDecember));
  // ¥40 of commission on ¥1,000 of sales: 4 % of ¥500.
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_REFUND), -2'000);
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_CORRECTION), 0);
  CheckTraced("a", kDecember);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  EXPECT_TRUE(Verified(kDecember).intact());
  EXPECT_TRUE(Verified(kDecember).chained());
}

TEST_F(ClosingTest, LateFactsOfAClosedMonthAreCorrectedInTheNext) {
  Load();
  ASSERT_OK(Close());
  ASSERT_OK(Sell("late", "b", 30'000, 5));  // ¥9 + ¥5 more commission
  ASSERT_OK_AND_ASSIGN(auto statement, StatementOf("b", kDecember));
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_CORRECTION), 600 + 500);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  // It is corrected once.
  ASSERT_OK(Plan(SimplePlan("effective_from { year: 2025 month: 1 day: 1 }", "", 0)));
  ASSERT_OK_AND_ASSIGN(statement, StatementOf("b", "shop_id: 's' year: 2025 month: 1 "));
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_CORRECTION), 0);
  ASSERT_OK(PayBack("f", "late", 30'000, 6));  // in November after all
  ASSERT_OK_AND_ASSIGN(statement, StatementOf("b", "shop_id: 's' year: 2025 month: 1 "));
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_CORRECTION), -1'100);
  EXPECT_EQ(statement.carried_out().minor_units(), 1'100);  // there is no wage to take it from
  EXPECT_EQ(statement.total().minor_units(), 0);
}

// What an older release has closed it has closed by other rules: facts of it that have changed are
// told, and nothing is corrected by itself.
TEST_F(ClosingTest, AMonthThatWasClosedByOlderRulesIsToldAndNotCorrected) {
  ASSERT_OK(Plan(SimplePlan(kFromNovember, "", 0)));
  ASSERT_OK(Sell("o1", "a", 40'000));
  ASSERT_OK_AND_ASSIGN(v1::PayPeriod stored, Close());
  EXPECT_EQ(stored.rules_version(), 1);
  stored.clear_rules_version();
  Replace(stored);
  Db().Exec("DELETE FROM pay_part");
  const auto december = [&] { return Call(&Stub::ComputePayroll, kDecember)->period(); };
  EXPECT_EQ(december().left_out_size(), 0);
  ASSERT_OK(Sell("late", "a", 10'000, 5));
  ASSERT_OK(PayBack("f", "o1", 10'000, 22));
  ASSERT_OK_AND_ASSIGN(const auto open, StatementOf("a", kDecember));
  EXPECT_EQ(Amount(open, v1::PAY_LINE_KIND_CORRECTION), 0);
  EXPECT_EQ(Amount(open, v1::PAY_LINE_KIND_REFUND), -300);  // at the rate at which it was paid
  const auto told = ElementsAre(kefu::testing::EqualsProto(Parse<v1::PayLeftOut>(fmt::format(
      "year: 2024 month: 11 reason: PAY_LEFT_OUT_REASON_OLDER_RULES agent_count: 1 sales {}",
      Fen(50'000)))));
  EXPECT_THAT(december().left_out(), told);
  NextMonth();
  ASSERT_OK_AND_ASSIGN(const v1::PayPeriod closed, Close(kDecember));
  EXPECT_THAT(closed.left_out(), told);
  EXPECT_TRUE(Verified(kDecember).intact());
  // Nor are shares of it fixed.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM pay_part WHERE month = '2024-11-01'"), 0);
  ASSERT_OK_AND_ASSIGN(const auto january, Call(&Stub::ComputePayroll, kJanuary));
  EXPECT_EQ(january.period().left_out_size(), 0);
}

TEST_F(ClosingTest, EntriesGoIntoTheFirstOpenMonth) {
  Load();
  ASSERT_OK(Close());
  ASSERT_OK_AND_ASSIGN(const auto entry,
                       Pay(&PayStub::AddPayEntry,
                           fmt::format("entry {{ shop_id: 's' agent_id: 'b' amount {} reason: "
                                       "'forgotten' }}",
                                       Fen(5'000))));
  EXPECT_EQ(entry.month(), 12);
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("b", kDecember));
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_ENTRY), 5'000);
  EXPECT_EQ(statement.lines(statement.lines_size() - 1).note(), "forgotten");
  CheckTraced("b", kDecember);
}

TEST_F(ClosingTest, EntriesThatNobodyWouldPayAreRefused) {
  Load();
  const auto add = [&](const std::string& agent, int month) {
    return Pay(&PayStub::AddPayEntry,
               fmt::format("entry {{ shop_id: 's' agent_id: '{}' year: 2024 month: {} amount {} "
                           "reason: 'r' }}",
                           agent, month, Fen(1)))
        .status();
  };
  EXPECT_OK(add("a", 11));
  EXPECT_THAT(add("a", 10), HasReason("INVALID_FIELDS"));  // November is the first to be closed
  Tell<kefu::staffing::v1::AgentChanged>("agent { agent_id: 'b' base_id: 'base' }");
  EXPECT_THAT(add("b", 12), HasReason("INVALID_FIELDS"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM pay_entry"), 1);
}

TEST_F(ClosingTest, WhatIsAlteredIsFound) {
  Load();
  ASSERT_OK(Close());
  EXPECT_TRUE(Verified().intact());
  Db().Exec("UPDATE pay_statement SET sources = '' WHERE agent_id = 'b'");
  EXPECT_FALSE(Verified().intact());
  EXPECT_THAT(Verified().wrong_agent_ids(), ElementsAre("b"));
  EXPECT_NE(Verified().stored_hash(), Verified().computed_hash());
  EXPECT_THAT(Pay(&PayStub::VerifyPeriod, kDecember).status(), HasReason("NOT_FOUND"));
}

TEST_F(ClosingTest, OfTwoWhoCloseAtOnceOneWinsAndTheOtherAnswersTheSame) {
  Load();
  std::vector<absl::StatusOr<v1::PayPeriod>> answers(4, absl::UnknownError(""));
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back(
          [&, i] { answers[i] = Close(kNovember, fmt::format("request_id: 'r{}'", i)); });
    }
  }
  for (const auto& answer : answers) {
    ASSERT_OK(answer);
    EXPECT_THAT(*answer, EqualsProto(*answers[0]));
  }
  EXPECT_EQ(Db().Count(kStored), 3);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%PayPeriodClosed'"), 1);
}

TEST_F(ClosingTest, FactsWaitUntilTheMonthIsClosed) {
  Load();
  ASSERT_OK(Call(&Stub::ComputePayroll, kNovember));
  // An import that is being stored when the month is closed: closing waits, and refuses since its
  // day has no figures yet.
  Between(
      [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(store::LoadSettings(t, kScope, /*lock=*/true).status());
        return store::MarkDays(t, kScope, {kDay});
      },
      {"SELECT shop_id, time_zone%FOR UPDATE"},
      [&] { EXPECT_THAT(Close().status(), HasReason("PAY_FIGURES_NOT_CURRENT")); });
  EXPECT_EQ(Db().Count(kStored), 0);
}

// The other way round: who closes a month holds its shops, and imports of every kind wait. Without
// that they would be over before what is written here is to be seen.
TEST_F(ClosingTest, ImportsWaitWhileAMonthIsClosed) {
  static constexpr db::Sql kHold{
      "UPDATE shop_settings SET display_name = ? WHERE org_id = ? AND shop_id = ?"};
  Load();
  v1::ImportConductRequest conduct;
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k1' agent_id: 'a' day { year: 2024 month: 11 day: 3 } kind: 'harm'");
  v1::ImportAttendanceRequest attendance;
  *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'a' day { year: 2024 month: 11 day: 1 } span: ATTENDANCE_SPAN_MONTH");
  const std::map<std::string, std::function<absl::Status()>> imports{
      {"conduct", [&] { return Facts(&v1::FactService::Stub::ImportConduct, conduct); }},
      {"attendance", [&] { return Facts(&v1::FactService::Stub::ImportAttendance, attendance); }},
      {"refunds", [&] { return PayBack("f1", "o1", 100, 5); }},
      {"conversations",
       [&] { return Conversations({Talk("late", "u-late", 36'000, "a")}).status(); }}};
  for (const auto& [kind, import] : imports) {
    Between(
        [&](db::Transaction& t) -> absl::Status {
          RETURN_IF_ERROR(store::LoadSettings(t, kScope, /*lock=*/true).status());
          return t.Execute(kHold, {kind, kScope.org_id, kScope.shop_id}).status();
        },
        {"SELECT shop_id, time_zone%FOR UPDATE"},
        [&] {
          EXPECT_OK(import()) << kind;
          EXPECT_EQ(Db().Count(fmt::format(
                        "SELECT COUNT(*) FROM shop_settings WHERE display_name = '{}'", kind)),
                    1)
              << kind;
        });
  }
}

// The service behind a gate to the database that breaks the connection on a statement, before or
// after it: as if the service or the database died there. Then the same call is made again.
class KilledClosingTest : public ClosingTest {
 protected:
  KilledClosingTest() : gate_("127.0.0.1", static_cast<int>(Db().Count("SELECT @@port"))) {}

  // A database of its own through the gate, so that every statement passes it as text.
  std::unique_ptr<db::Database> Through() {
    db::DatabaseOptions options = Db().options();
    options.unix_socket.clear();
    options.hosts = {{"127.0.0.1", gate_.port()}};
    options.pool_size = 2;
    auto database = db::Database::Open(options);
    EXPECT_TRUE(database.ok()) << database.status();
    return *std::move(database);
  }
  RequestContext Context() {
    RequestContext context;
    context.now = clock_.Now();
    context.deadline = absl::Now() + absl::Seconds(30);
    context.method = "/kefu.performance.v1.PerformanceService/ClosePeriod";
    context.principal.org_id = "org-a";
    context.principal.subject = "tester";  // as in Close: who closed a month is part of its hash
    return context;
  }
  // What is stored, whoever closed it when.
  std::string Stored() {
    std::string all;
    for (const char* agent : {"a", "b"}) {
      const auto statement = StatementOf(agent);
      EXPECT_TRUE(statement.ok());
      if (statement.ok()) all += statement->ShortDebugString();
    }
    return all + Verified().stored_hash();
  }
  void Reopen() {
    Db().Exec(
        "DELETE FROM pay_period; DELETE FROM pay_statement; DELETE FROM pay_correction; DELETE "
        "FROM pay_book; DELETE FROM request_log");
  }

  testing::TcpGate gate_;
};

TEST_F(KilledClosingTest, WhateverDiesTheMonthIsClosedOnceAndAlike) {
  Load();
  ASSERT_OK(PayBack("f1", "o2", 1'000, 5));
  const auto request = Parse<v1::ClosePeriodRequest>(std::string(kNovember) + "request_id: 'once'");
  ASSERT_OK(Call(&Stub::ClosePeriod, std::string(kNovember)));
  const std::string undisturbed = Stored();
  const std::vector<std::string> moments = {
      "INSERT INTO pay_book",     "FROM pay_book WHERE",    "FROM pay_period WHERE",
      "FROM shop_settings WHERE", "FROM dirty_day",         "FROM pay_plan WHERE",
      "FROM month_rollup",        "FROM refund r",          "FROM pay_entry",
      "FROM order_credit c",      "INSERT INTO pay_period", "INSERT INTO pay_statement",
      "UPDATE pay_book",          "INSERT INTO outbox",     std::string(kCommit)};
  for (const std::string& moment : moments) {
    for (const auto when :
         {testing::TcpGate::When::kBeforeForwarding, testing::TcpGate::When::kAfterForwarding}) {
      Reopen();
      gate_.Heal();
      const auto database = Through();
      const PayrollHandlers remote({*database, recomputer_, ids_, [] {}});
      gate_.CutOn(moment, when);
      const auto first = remote.ClosePeriod(Context(), request);
      EXPECT_TRUE(gate_.triggered()) << moment;
      // All or nothing.
      const int64_t stored = Db().Count(kStored);
      EXPECT_TRUE(stored == 0 || stored == 3) << moment << " " << stored;
      if (first.ok()) {
        EXPECT_EQ(stored, 3) << moment;
      }
      gate_.Heal();
      const auto again = remote.ClosePeriod(Context(), request);
      ASSERT_OK(again) << moment;
      if (first.ok()) {
        EXPECT_THAT(*again, EqualsProto(*first)) << moment;
      }
      EXPECT_EQ(Db().Count(kStored), 3) << moment;
      EXPECT_EQ(Stored(), undisturbed) << moment;
    }
  }
}

}  // namespace
}  // namespace kefu::performance
