// Connections that die at any moment of imports, screening and recomputation: going on gives the
// figures of an undisturbed run.
#include <fmt/format.h>

#include "common/testing/tcp_gate.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

using testing::TcpGate;

// The command's code and text on the wire.
constexpr std::string_view kCommit =
    "\x03"
    "COMMIT";

// A replica whose connections pass a gate.
class Replica {
 public:
  Replica(const testing::TestDb& db, int gate_port, const Clock& clock)
      : database_(Open(db, gate_port)),
        host_({.dispatcher = {.clock = &clock, .workers = 2}}),
        recomputer_(*database_, clock, nullptr),
        ids_(clock),
        calls_(host_.dispatcher(), {*database_, recomputer_, ids_, [] {}}) {
    host_.Start(calls_.services());
    stub_ = v1::PerformanceService::NewStub(host_.channel());
    facts_ = v1::FactService::NewStub(host_.channel());
  }
  ~Replica() { host_.Stop(); }

  // Sends a stream until it gets through, as an importer does.
  template <class Client, class Request, class Response>
  void Send(Client& client,
            std::unique_ptr<grpc::ClientWriter<Request>> (Client::*method)(grpc::ClientContext*,
                                                                           Response*),
            const Request& request) {
    absl::Status last;
    for (int attempt = 0; attempt < 50; ++attempt) {
      grpc::ClientContext context;
      rpc::Prepare(host_.As("org-a", {auth::Role::kOwner}), context);
      Response response;
      auto writer = (client.*method)(&context, &response);
      writer->Write(request);
      writer->WritesDone();
      last = rpc::FromGrpc(writer->Finish());
      if (last.ok()) return;
    }
    ADD_FAILURE() << last;
  }

  // The same of a call with a request_id.
  template <class Request, class Response>
  void Ask(grpc::Status (Facts::*method)(grpc::ClientContext*, const Request&, Response*),
           const std::string& text) {
    absl::Status last;
    for (int attempt = 0; attempt < 50; ++attempt) {
      last =
          rpc::Call(*facts_, method, Parse<Request>(text), host_.As("org-a", {auth::Role::kOwner}))
              .status();
      if (last.ok()) return;
    }
    ADD_FAILURE() << last;
  }

  Stub& stub() { return *stub_; }
  Facts& facts() { return *facts_; }

 private:
  static std::unique_ptr<db::Database> Open(const testing::TestDb& db, int port) {
    db::DatabaseOptions options = db.options();
    options.unix_socket.clear();
    options.hosts = {{"127.0.0.1", port}};
    options.pool_size = 3;
    auto database = db::Database::Open(std::move(options));
    EXPECT_TRUE(database.ok()) << database.status();
    return *std::move(database);
  }

  const std::unique_ptr<db::Database> database_;
  testing::ServiceHost host_;
  Recomputer recomputer_;
  IdGenerator ids_;
  Calls calls_;
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<Facts> facts_;
};

class CrashTest : public FactsTest {
 protected:
  CrashTest() : gate_("127.0.0.1", static_cast<int>(Db().Count("SELECT @@port"))) {}

  // An empty shop of JD.
  void Begin() {
    Db().Clear();
    ASSERT_OK(Call(&Stub::ConfigureShop, R"(settings {
      shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" platform: "PLATFORM_JD" })")
                  .status());
  }

  template <class Request>
  static Request With(std::string text) {
    auto request = Parse<Request>(text);
    request.mutable_header()->set_shop_id("s");
    return request;
  }
  static std::string Row(const std::string& talk) {
    return fmt::format("rows {{ conversation {{ {} }} }} ", talk);
  }

  // Rules and facts of every kind, a correction and a day sent again.
  static void Work(Replica& replica) {
    replica.Ask(&Facts::PublishScreeningPolicy, R"(request_id: "p" policy { rules {
      rule_id: "v" exclusion: EXCLUSION_FRAUD volume { conversations: 1 } } })");
    auto handled = Parse<v1::Conversation>(Talk("c4", "h", 42000, "a"));
    v1::Handling* handling = handled.add_handlings();
    handling->set_agent_id("a");
    *handling->mutable_start_time() = handled.messages(0).send_time();
    handling->mutable_end_time()->set_seconds(handled.messages(0).send_time().seconds() + 300);
    std::string ad = Talk("ad", "x", 40000, "");
    auto advertisement = Parse<v1::Conversation>(ad);
    advertisement.mutable_messages(0)->set_text("专业代运营 http://ads.example.com");
    auto spoken = Parse<v1::Conversation>(Talk("c2", "v", 41000, "b", 50));
    spoken.mutable_messages(1)->set_text("亲，有货");
    replica.Send(replica.stub(), &Stub::ImportConversations,
                 With<v1::ImportConversationsRequest>(
                     Row(Talk("c1", "u", 40000, "a")) + Row(spoken.ShortDebugString()) +
                     Row(advertisement.ShortDebugString()) + Row(Talk("c3", "w", 86390, "a", 20)) +
                     Row(handled.ShortDebugString()) + Row(Talk("f1", "f", 43000, "a")) +
                     Row(Talk("f2", "f", 43100, "a"))));
    replica.Send(replica.stub(), &Stub::ImportOrders,
                 With<v1::ImportOrdersRequest>(fmt::format(
                     "rows {{ order {{ {} }} }} rows {{ order {{ {} }} }} rows {{ order "
                     "{{ {} }} }} rows {{ order {{ {} }} }}",
                     Sale("o1", "u", 50000, 500), Sale("o2", "x", 50000, 700),
                     Sale("o3", "f", 50000, 80), Sale("o4", "f", 90000, 9))));
    replica.Ask(&Facts::ReviewOrderExclusion,
                "shop_id: 's' order_id: 'o4' decision: EXCLUSION_DECISION_COUNT reason: 'seen' "
                "request_id: 'o'");
    replica.Send(replica.facts(), &Facts::ImportInspections,
                 With<v1::ImportInspectionsRequest>(
                     "rows { inspection { source_id: 'q' conversation_id: 'c4' agent_id: 'a' "
                     "inspector: 'Li' inspect_time { seconds: 1731340800 } centipoints: 9000 } }"));
    replica.Send(replica.stub(), &Stub::ImportRefunds,
                 With<v1::ImportRefundsRequest>(
                     R"(rows { refund { refund_id: "r" order_id: "o1"
                        refund_time { seconds: 1731340800 }
                        amount { currency_code: "CNY" minor_units: 100 } } })"));
    replica.Send(
        replica.facts(), &Facts::ImportRatings,
        With<v1::ImportRatingsRequest>("rows { rating { conversation_id: 'c1' score: 4 } } "
                                       "rows { rating { conversation_id: 'c9' score: 2 } }"));
    replica.Send(
        replica.facts(), &Facts::ImportVisits,
        With<v1::ImportVisitsRequest>(
            "rows { visits { day { year: 2024 month: 11 day: 11 } visits: 50 clicks: 9 } }"));
    const auto pay = [](const char* id, const char* order, int64_t minor) {
      return fmt::format(
          "payment {{ payment_id: '{}' order_id: '{}' pay_time {{ seconds: {} }} amount {{ "
          "currency_code: 'CNY' minor_units: {} }} }}",
          id, order, kMidnight + 60'000, minor);
    };
    replica.Send(replica.facts(), &Facts::ImportPayments,
                 With<v1::ImportPaymentsRequest>(fmt::format(
                     "rows {{ {} }} rows {{ {} }}", pay("p1", "o1", 450), pay("p2", "o2", 650))));
    auto payments = With<v1::ReplaceDayRequest>(fmt::format(
        "payments {{ {} }} payments {{ {} }}", pay("p1", "o1", 470), pay("p5", "o5", 1)));
    payments.mutable_header()->set_kind(v1::FACT_KIND_PAYMENTS);
    *payments.mutable_header()->mutable_day() = kefu::convert::ToProto(kDay);
    replica.Send(replica.facts(), &Facts::ReplaceDay, payments);
    auto again = With<v1::ReplaceDayRequest>(
        fmt::format("conversations {{ conversation {{ {} }} }} conversations {{ conversation {{ {} "
                    "}} }} conversations {{ conversation {{ {} }} }} conversations {{ conversation "
                    "{{ {} }} }} conversations {{ conversation {{ {} }} }}",
                    Talk("c1", "u", 40000, "a", 25), advertisement.ShortDebugString(),
                    Talk("c9", "y", 60000, "b"), handled.ShortDebugString(),
                    Talk("f1", "f", 43000, "a") + " exclusion: EXCLUSION_FRAUD"));
    again.mutable_header()->set_kind(v1::FACT_KIND_CONVERSATIONS);
    *again.mutable_header()->mutable_day() = kefu::convert::ToProto(kDay);
    replica.Send(replica.facts(), &Facts::ReplaceDay, again);
  }

  // Everything that callers can see of the shop.
  std::string Seen() {
    std::string seen;
    for (const char* more :
         {"", "by_agent: true", "definition_id: 'jd'", "definition_id: 'jd' by_agent: true"}) {
      const auto figures =
          Call(&Stub::GetMetrics, fmt::format("shop_id: 's' by_day: true {}", more));
      EXPECT_TRUE(figures.ok()) << figures.status();
      if (figures.ok()) seen += figures->DebugString();
    }
    const auto exclusions = Ask(&Facts::ListExclusions, "shop_id: 's'");
    const auto words = Ask(&Facts::ListWordHits, "shop_id: 's'");
    const auto orders = Ask(&Facts::ListOrderExclusions, "shop_id: 's'");
    EXPECT_TRUE(exclusions.ok() && words.ok() && orders.ok());
    if (exclusions.ok() && words.ok() && orders.ok())
      seen += exclusions->DebugString() + words->DebugString() + orders->DebugString();
    // Days without figures that a stream cut short has left behind are the background job's.
    EXPECT_OK(recomputer_.Run(kScope, "", kDay - 100, kDay + 100, absl::Now() + absl::Seconds(60))
                  .status());
    EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM dirty_day"), 0);
    return seen;
  }

  std::string Undisturbed() {
    Begin();
    Replica replica(Db(), gate_.port(), clock_);
    Work(replica);
    return Seen();
  }

  TcpGate gate_;
};

TEST_F(CrashTest, AConnectionThatDiesAtAnyStatementChangesNoFigure) {
  const std::string expected = Undisturbed();
  for (const std::string_view statement : {kCommit,
                                           std::string_view("REPLACE INTO conversation"),
                                           std::string_view("INSERT INTO sales_order"),
                                           std::string_view("INSERT INTO dirty_day"),
                                           std::string_view("UPDATE shop_settings"),
                                           std::string_view("INSERT INTO exclusion"),
                                           std::string_view("INSERT INTO word_hit"),
                                           std::string_view("INSERT INTO day_rollup"),
                                           std::string_view("INSERT INTO order_credit"),
                                           std::string_view("DELETE FROM dirty_day"),
                                           std::string_view("INSERT INTO rating"),
                                           std::string_view("UPDATE rating"),
                                           std::string_view("INSERT INTO inspection"),
                                           std::string_view("UPDATE inspection"),
                                           std::string_view("INSERT INTO handling"),
                                           std::string_view("INSERT INTO order_review"),
                                           std::string_view("INSERT INTO order_exclusion"),
                                           std::string_view("INSERT INTO daily_visits"),
                                           std::string_view("INSERT INTO payment"),
                                           std::string_view("DELETE FROM payment"),
                                           std::string_view("INSERT INTO order_told"),
                                           std::string_view("DELETE FROM order_told"),
                                           std::string_view("DELETE FROM conversation WHERE")}) {
    for (const auto when : {TcpGate::When::kBeforeForwarding, TcpGate::When::kAfterForwarding}) {
      SCOPED_TRACE(std::string(statement));
      Begin();
      Replica replica(Db(), gate_.port(), clock_);
      gate_.CutOn(statement, when);
      Work(replica);
      EXPECT_TRUE(gate_.triggered());
      EXPECT_EQ(Seen(), expected);
    }
  }
}

// Those of imports, of screening, of days computed as a whole and of the day sent again.
TEST_F(CrashTest, AConnectionThatDiesAtAnyCommitChangesNoFigure) {
  const std::string expected = Undisturbed();
  for (int nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    Begin();
    Replica replica(Db(), gate_.port(), clock_);
    gate_.CutOn(kCommit, TcpGate::When::kAfterForwarding, nth);
    Work(replica);
    if (!gate_.triggered()) {
      EXPECT_GE(nth, 30) << "nine calls and a day have more commits than that";
      break;
    }
    EXPECT_EQ(Seen(), expected);
  }
}

TEST_F(CrashTest, ConnectionsThatDieAllTheTimeChangeNoFigure) {
  const std::string expected = Undisturbed();
  Begin();
  Replica replica(Db(), gate_.port(), clock_);
  std::atomic<bool> done = false;
  std::thread breaker([&] {
    for (int cut = 0; cut < 40 && !done; ++cut) {
      const int64_t commits = Db().Count("SELECT COUNT(*) FROM outbox");
      for (int look = 0; look < 5 && !done; ++look) {
        if (Db().Count("SELECT COUNT(*) FROM outbox") != commits) break;
      }
      gate_.CutOnce();
    }
  });
  Work(replica);
  done = true;
  breaker.join();
  EXPECT_EQ(Seen(), expected);
}

}  // namespace
}  // namespace kefu::performance
