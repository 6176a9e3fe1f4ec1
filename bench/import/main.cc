// kefu-bench-import: conversations per second through ImportConversations of a kefu-performance
// process (from the first byte sent to the OK answer: facts stored, every touched day's figures
// computed and visible) against LOAD DATA LOCAL INFILE of the same rows into one table of the same
// shape. Both write to one server, which puts every commit on disk; each import goes to a new shop,
// each LOAD DATA to a new table. Once, the two are compared row by row.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>

#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "bench/harness/tsv.h"
#include "bench/import/conversations.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "services/performance/convert/bodies.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;
using Stub = v1::PerformanceService::Stub;

constexpr int kRowsPerMessage = 1000;
constexpr absl::Duration kRunTime = absl::Minutes(30);
constexpr std::string_view kColumns =
    "(org_id, shop_id, first_day, conversation_id, last_day, body_hash, body)";

struct Options {
  ConversationPlan plan;
  int rounds = 5;
};

absl::Time Limit() { return absl::Now() + kRunTime; }

// One run; the only operation of its sample is the whole.
Sample SampleOf(absl::Duration elapsed, size_t rows) {
  return {static_cast<double>(rows) / absl::ToDoubleSeconds(elapsed),
          {absl::ToInt64Microseconds(elapsed)}};
}

class Importer {
 public:
  Importer(const std::string& target, std::string token,
           const std::vector<v1::Conversation>& conversations)
      : stub_(v1::PerformanceService::NewStub(
            grpc::CreateChannel(target, grpc::InsecureChannelCredentials()))),
        rows_(conversations.size()) {
    call_.token = std::move(token);
    call_.timeout = kRunTime;
    for (size_t i = 0; i < rows_; ++i) {
      if (i % kRowsPerMessage == 0) messages_.emplace_back();
      v1::ConversationRow& row = *messages_.back().add_rows();
      row.set_line(static_cast<int64_t>(i + 1));
      *row.mutable_conversation() = conversations[i];
    }
  }

  // Into a shop that was not there before.
  absl::StatusOr<Sample> Run() {
    shop_id_ = fmt::format("shop-{:03}", ++shops_);
    RETURN_IF_ERROR(Configure());
    messages_.front().mutable_header()->set_shop_id(shop_id_);
    const absl::Time start = absl::Now();
    grpc::ClientContext context;
    rpc::Prepare(call_, context);
    v1::ImportResponse response;
    const auto writer = stub_->ImportConversations(&context, &response);
    for (const v1::ImportConversationsRequest& message : messages_) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    const absl::Duration elapsed = absl::Now() - start;
    if (!status.ok()) return rpc::FromGrpc(status);
    RETURN_IF_ERROR(CheckFigures(response));
    return SampleOf(elapsed, rows_);
  }

  const std::string& last_shop() const { return shop_id_; }

 private:
  absl::Status Configure() {
    v1::ConfigureShopRequest request;
    request.mutable_settings()->set_shop_id(shop_id_);
    request.mutable_settings()->set_time_zone(std::string(kShopZone));
    request.mutable_settings()->set_currency_code("CNY");
    return rpc::Call(*stub_, &Stub::ConfigureShop, request, call_).status();
  }

  // The figures are there with the answer, and count every conversation that counts.
  absl::Status CheckFigures(const v1::ImportResponse& response) {
    v1::GetMetricsRequest request;
    request.set_shop_id(shop_id_);
    request.add_metric_ids("conversations");
    ASSIGN_OR_RETURN(const auto figures, rpc::Call(*stub_, &Stub::GetMetrics, request, call_));
    int64_t counted = 0, expected = 0;
    for (const auto& row : figures.rows()) {
      for (const auto& value : row.values()) counted += value.numerator();
    }
    for (const auto& message : messages_) {
      for (const auto& row : message.rows())
        expected += row.conversation().exclusion() == v1::EXCLUSION_UNSPECIFIED ? 1 : 0;
    }
    if (response.inserted() == static_cast<int64_t>(rows_) && counted == expected) {
      return absl::OkStatus();
    }
    return absl::InternalError(
        fmt::format("{} of {} conversations inserted, {} of {} in the figures", response.inserted(),
                    rows_, counted, expected));
  }

  const std::unique_ptr<Stub> stub_;
  const size_t rows_;
  rpc::CallOptions call_;
  std::vector<v1::ImportConversationsRequest> messages_;
  std::string shop_id_;
  int shops_ = 0;
};

// The rows that an import stores, in the order in which it gets them.
absl::StatusOr<std::string> MakeTsv(const std::vector<v1::Conversation>& conversations,
                                    std::string_view shop_id) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(kShopZone));
  const auto day = [&](const v1::Message& message) {
    return absl::FormatCivilTime(
        absl::ToCivilDay(absl::FromUnixSeconds(message.send_time().seconds()), zone));
  };
  std::string tsv;
  for (const v1::Conversation& conversation : conversations) {
    const auto body = performance::convert::ToBody(conversation);
    tsv += fmt::format("{}\t{}\t{}\t{}\t{}\t", kOrg, shop_id, day(*conversation.messages().begin()),
                       conversation.conversation_id(), day(*conversation.messages().rbegin()));
    AppendTsv(body.hash, tsv);
    tsv += '\t';
    AppendTsv(body.bytes, tsv);
    tsv += '\n';
  }
  return tsv;
}

class Loader {
 public:
  Loader(db::Database& database, std::string tsv, size_t rows)
      : database_(database), tsv_(std::move(tsv)), rows_(rows) {}

  // Into a table that was not there before.
  absl::StatusOr<Sample> Run() {
    if (tables_ > 0) {
      RETURN_IF_ERROR(Do(fmt::format("DROP TABLE {}", table())));
    }
    ++tables_;
    RETURN_IF_ERROR(Do(fmt::format("CREATE TABLE {} LIKE conversation", table())));
    const std::string table_and_columns = fmt::format("{} {}", table(), kColumns);
    const absl::Time start = absl::Now();
    ASSIGN_OR_RETURN(const int64_t loaded,
                     database_.RunInTransaction(Limit(), [&](db::Transaction& t) {
                       return t.LoadData(table_and_columns, tsv_);
                     }));
    const absl::Duration elapsed = absl::Now() - start;
    if (loaded != static_cast<int64_t>(rows_))
      return absl::InternalError(fmt::format("LOAD DATA stored {} of {} rows", loaded, rows_));
    return SampleOf(elapsed, rows_);
  }

  // The last table holds exactly what the shop's import has stored.
  absl::Status CheckSameAs(const std::string& shop_id) {
    const std::string select = fmt::format(
        "SELECT COUNT(*) FROM conversation c JOIN {} l ON l.org_id = c.org_id AND "
        "l.first_day = c.first_day AND l.conversation_id = c.conversation_id "
        "WHERE c.org_id = '{}' AND c.shop_id = '{}' AND l.last_day = c.last_day AND "
        "l.body_hash = c.body_hash AND l.body = c.body",
        table(), kOrg, shop_id);
    ASSIGN_OR_RETURN(const db::Rows same, database_.Read(Limit(), db::Sql{select.c_str()}));
    if (same.front().Int(0) == static_cast<int64_t>(rows_)) return absl::OkStatus();
    return absl::InternalError(
        fmt::format("LOAD DATA and import agree in {} of {} rows", same.front().Int(0), rows_));
  }

 private:
  std::string table() const { return fmt::format("bench_load_{}", tables_); }
  absl::Status Do(const std::string& statement) {
    return database_.Read(Limit(), db::Sql{statement.c_str()}).status();
  }

  db::Database& database_;
  const std::string tsv_;
  const size_t rows_;
  int tables_ = 0;
};

absl::Status Bench(const Options& options) {
  const std::vector<v1::Conversation> conversations = MakeConversations(options.plan);
  ASSIGN_OR_RETURN(const auto environment, Environment::Start());
  ASSIGN_OR_RETURN(const RunningService service, environment->StartService("performance"));
  Importer importer(service.target, environment->OwnerToken(), conversations);
  db::DatabaseOptions database_options = service.database;
  database_options.local_infile = true;
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(database_options));
  ASSIGN_OR_RETURN(std::string tsv, MakeTsv(conversations, "shop-000"));
  fmt::print(stderr, "{} conversations, {} bytes a row\n", conversations.size(),
             tsv.size() / conversations.size());
  Loader loader(*database, std::move(tsv), conversations.size());
  RETURN_IF_ERROR(Compare(
      {.bench = "import",
       .name = "conversations_vs_load_data",
       .callers = 1,
       .unit = "conversations/s",
       .baseline = "LOAD DATA LOCAL INFILE of the same rows into one table"},
      options.rounds, [&] { return importer.Run(); }, [&] { return loader.Run(); }));
  return loader.CheckSameAs(importer.last_shop());
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Conversations per second of an import against LOAD DATA of the same rows.");
  app.add_option("--conversations", options.plan.count, "Conversations of one import")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--days", options.plan.days, "Days they are spread over")
      ->check(CLI::Range(1, 366))
      ->capture_default_str();
  app.add_option("--agents", options.plan.agents, "Agents who answer")
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  app.add_option("--seed", options.plan.seed, "Other numbers make other conversations")
      ->capture_default_str();
  AddRounds(app, options.rounds);
  CLI11_PARSE(app, argc, argv);
  return ExitWith("import", Bench(options));
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
