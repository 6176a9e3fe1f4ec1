// kefu-bench-kpi: a month of a large shop, 10 million messages of 1,000 agents with orders, refunds
// and reviews in proportion, on one server that puts every commit on disk.
//   import_vs_load_data
//       rows a second through the four imports of a kefu-performance process, until the figures are
//       visible, against LOAD DATA LOCAL INFILE of the same rows into plain indexed tables; half of
//       that runs before the imports, half after
//   month_vs_sql
//       a month of all metrics of all agents through gRPC against GROUP BY with window functions
//       over the plain tables; what both tell must agree
//   month_after_change
//       the same call, each time right after a late message has come
//   late_message
//       from sending one more message of an old conversation until it stands in its agent's
//       figures, against INSERT and the same GROUP BY over the three days it touches
//   memory
//       the most that the service held, against 1 GiB
#include <algorithm>
#include <cstdio>
#include <map>
#include <mutex>
#include <numeric>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "bench/harness/compare.h"
#include "bench/harness/environment.h"
#include "bench/kpi/plain.h"
#include "bench/kpi/service.h"
#include "bench/kpi/spool.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;

constexpr double kMemoryLimitMib = 1024;
// As staffing's events leave them, so that figures are answered with the names that people see.
constexpr db::Sql kName{
    "INSERT INTO shown_name (org_id, kind, subject_id, display_name, feed_position) VALUES (?, "
    "'AGENT', ?, ?, 0)"};

struct Options {
  MonthPlan plan;
  int calls = 200, late = 20, pool_gb = 2, readers = 0;
  std::string platform;
};

int64_t Micros(absl::Duration time) { return absl::ToInt64Microseconds(time); }

// Clients who ask for the month again and again.
class Readers {
 public:
  Readers(KpiService& service, int count, absl::CivilDay first, absl::CivilDay last) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, &service, first, last] { Ask(service, first, last); });
    }
  }
  ~Readers() { Stop().IgnoreError(); }

  // What the first failure was.
  absl::Status Stop() {
    if (!stopped_.HasBeenNotified()) stopped_.Notify();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return status_;
  }
  const std::vector<int64_t>& times() const { return times_; }

 private:
  void Ask(KpiService& service, absl::CivilDay first, absl::CivilDay last) {
    while (!stopped_.WaitForNotificationWithTimeout(absl::Milliseconds(200))) {
      google::protobuf::Arena arena;
      const absl::Time start = absl::Now();
      const absl::Status status = service.Month(
          first, last, *google::protobuf::Arena::CreateMessage<v1::GetMetricsResponse>(&arena));
      const std::lock_guard lock(mutex_);
      status_.Update(status);
      times_.push_back(Micros(absl::Now() - start));
    }
  }

  absl::Notification stopped_;
  std::mutex mutex_;
  absl::Status status_;         // guarded by mutex_
  std::vector<int64_t> times_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options), last_(kFirstDay + (options.plan.days - 1)) {}

  absl::Status Run() {
    fmt::print(stderr, "making {} messages\n", options_.plan.messages);
    RETURN_IF_ERROR(spool_.Write(options_.plan));
    ASSIGN_OR_RETURN(const auto environment,
                     Environment::Start(LargeDatabase(options_.pool_gb, 512)));
    ASSIGN_OR_RETURN(service_, KpiService::Start(*environment));
    db::DatabaseOptions database_options = service_->database();
    database_options.local_infile = true;
    database_options.max_operation = absl::Hours(2);
    ASSIGN_OR_RETURN(const auto database, db::Database::Open(database_options));
    plain_ = std::make_unique<PlainTables>(*database);
    RETURN_IF_ERROR(service_->Configure(options_.platform));
    RETURN_IF_ERROR(NameAgents(*database));
    RETURN_IF_ERROR(Imports());
    RETURN_IF_ERROR(Months());
    RETURN_IF_ERROR(LateMessages());
    return Memory();
  }

 private:
  absl::Status NameAgents(db::Database& database) {
    return database.RunInTransaction(absl::Now() + absl::Minutes(1), [&](db::Transaction& t) {
      absl::Status status;
      for (int agent = 0; agent < options_.plan.agents && status.ok(); ++agent)
        status =
            t.Execute(kName, {kOrg, AgentId(agent), fmt::format("客服{}", agent + 1)}).status();
      return status;
    });
  }

  absl::Status LoadHalf(int half, absl::Duration& time) {
    for (int day = half; day < options_.plan.days; day += 2) {
      ASSIGN_OR_RETURN(const absl::Duration of_day, plain_->Load(spool_, day));
      time += of_day;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<absl::Duration> ImportAll() {
    Readers readers(*service_, options_.readers, kFirstDay, last_);
    absl::Duration import;
    for (int kind = 0; kind < kKinds; ++kind) {
      ASSIGN_OR_RETURN(const absl::Duration time,
                       service_->Import(spool_, static_cast<Kind>(kind)));
      fmt::print(stderr, "  {} {} facts imported in {:.1f} s\n",
                 spool_.facts(static_cast<Kind>(kind)), kTables[kind].name.substr(6),
                 absl::ToDoubleSeconds(time));
      import += time;
    }
    RETURN_IF_ERROR(readers.Stop());
    std::vector<int64_t> times = readers.times();
    if (times.empty()) return import;
    std::ranges::sort(times);
    fmt::print(stderr, "  meanwhile {} months were read: median {:.1f} ms, longest {:.1f} ms\n",
               times.size(), static_cast<double>(times[times.size() / 2]) / 1000,
               static_cast<double>(times.back()) / 1000);
    return import;
  }

  absl::Status Imports() {
    absl::Duration load;
    RETURN_IF_ERROR(plain_->Create());
    RETURN_IF_ERROR(LoadHalf(0, load));
    ASSIGN_OR_RETURN(const absl::Duration import, ImportAll());
    RETURN_IF_ERROR(LoadHalf(1, load));
    fmt::print(stderr, "  {} rows loaded in {:.1f} s\n", spool_.all_rows(),
               absl::ToDoubleSeconds(load));
    const auto rows = static_cast<double>(spool_.all_rows());
    RETURN_IF_ERROR(Peak("after the imports"));
    return Print({.bench = "kpi",
                  .name = "import_vs_load_data",
                  .unit = "rows/s",
                  .baseline = "LOAD DATA LOCAL INFILE of the same rows into plain indexed tables"},
                 rows / absl::ToDoubleSeconds(import), {Micros(import)},
                 rows / absl::ToDoubleSeconds(load));
  }

  absl::Status Months() {
    const absl::Time cold = absl::Now();
    google::protobuf::Arena arena;
    auto& response = *google::protobuf::Arena::CreateMessage<v1::GetMetricsResponse>(&arena);
    RETURN_IF_ERROR(service_->Month(kFirstDay, last_, response));
    fmt::print(stderr, "  first month {:.1f} ms, {} bytes\n",
               absl::ToDoubleMilliseconds(absl::Now() - cold), response.ByteSizeLong());
    std::vector<int64_t> times;
    absl::Duration sum;
    for (int call = 0; call < options_.calls; ++call) {
      const absl::Time start = absl::Now();
      google::protobuf::Arena of_call;  // an answer of a million bytes, as large ones are read
      RETURN_IF_ERROR(service_->Month(
          kFirstDay, last_,
          *google::protobuf::Arena::CreateMessage<v1::GetMetricsResponse>(&of_call)));
      times.push_back(Micros(absl::Now() - start));
      sum += absl::Now() - start;
    }
    const absl::Time start = absl::Now();
    ASSIGN_OR_RETURN(const FiguresByAgent plain, plain_->Figures(kFirstDay, last_));
    sql_month_ = absl::Now() - start;
    RETURN_IF_ERROR(CheckSame(FiguresOf(response), plain));
    return Print({.bench = "kpi",
                  .name = "month_vs_sql",
                  .unit = "months/hour",
                  .baseline = "GROUP BY with window functions over the same rows"},
                 options_.calls / absl::ToDoubleHours(sum), times,
                 1 / absl::ToDoubleHours(sql_month_));
  }

  static absl::Status CheckSame(const FiguresByAgent& ours, const FiguresByAgent& plain) {
    if (ours == plain) return absl::OkStatus();
    std::string first;
    for (const auto& [agent, a] : ours) {
      const auto found = plain.find(agent);
      const AgentFigures b = found == plain.end() ? AgentFigures{} : found->second;
      if (a == b) continue;
      first = fmt::format(
          "{}: messages {}/{} responses {}/{} us {}/{} conversations {}/{} ratings {}/{} {}/{} "
          "consulted {}/{} orders {}/{} sales {}/{} customers {}/{}",
          agent, a.agent_messages, b.agent_messages, a.responses, b.responses, a.response_us,
          b.response_us, a.conversations, b.conversations, a.ratings, b.ratings, a.rating_points,
          b.rating_points, a.consulted, b.consulted, a.paid_orders, b.paid_orders, a.sales_minor,
          b.sales_minor, a.paid_customers, b.paid_customers);
      break;
    }
    return absl::InternalError(fmt::format("{} agents here, {} by SQL do not agree: {}",
                                           ours.size(), plain.size(), first));
  }

  // Each on a conversation of its own, spread over the month.
  absl::Status LateMessages() {
    std::vector<int64_t> times, months;
    absl::Duration sum, sql_sum;
    int sql_runs = 0;
    for (int i = 0; i < options_.late; ++i) {
      const int day = (i * 7 + 3) % options_.plan.days;
      DayOfFacts facts = MakeDay(options_.plan, day);
      v1::Conversation* late = nullptr;
      for (v1::Conversation& c : facts.conversations) {
        if (c.exclusion() == v1::EXCLUSION_UNSPECIFIED &&
            c.messages().rbegin()->side() == v1::SIDE_AGENT)
          late = &c;
        if (late != nullptr && &c - facts.conversations.data() > i) break;
      }
      if (late == nullptr) return absl::InternalError("no conversation to write to");
      v1::Message& message = *late->add_messages();
      message = late->messages(late->messages_size() - 2);
      message.mutable_send_time()->set_seconds(message.send_time().seconds() + 5);
      const absl::CivilDay first = kFirstDay + day - 1, last = kFirstDay + day + 1;
      ASSIGN_OR_RETURN(const int64_t before, service_->Figure(message.agent_id(), "agent_messages",
                                                              kFirstDay, last_ + 1));
      const absl::Time start = absl::Now();
      RETURN_IF_ERROR(service_->Import(*late));
      ASSIGN_OR_RETURN(const int64_t after, service_->Figure(message.agent_id(), "agent_messages",
                                                             kFirstDay, last_ + 1));
      const absl::Duration elapsed = absl::Now() - start;
      if (after != before + 1) return absl::InternalError("the late message is not in the figures");
      times.push_back(Micros(elapsed));
      sum += elapsed;
      google::protobuf::Arena arena;
      const absl::Time asked = absl::Now();
      RETURN_IF_ERROR(
          service_->Month(kFirstDay, last_,
                          *google::protobuf::Arena::CreateMessage<v1::GetMetricsResponse>(&arena)));
      months.push_back(Micros(absl::Now() - asked));
      if (i >= 3) continue;  // the baseline takes long
      const absl::Time sql_start = absl::Now();
      RETURN_IF_ERROR(plain_->Insert(late->conversation_id(), late->customer_id(),
                                     message.agent_id(),
                                     message.send_time().seconds() * 1'000'000));
      RETURN_IF_ERROR(plain_->Figures(first, last).status());
      sql_sum += absl::Now() - sql_start;
      ++sql_runs;
    }
    RETURN_IF_ERROR(Print({.bench = "kpi",
                           .name = "month_after_change",
                           .unit = "months/hour",
                           .baseline = "GROUP BY with window functions over the same rows"},
                          static_cast<double>(months.size()) * 3.6e9 /
                              static_cast<double>(std::reduce(months.begin(), months.end())),
                          months, 1 / absl::ToDoubleHours(sql_month_)));
    return Print({.bench = "kpi",
                  .name = "late_message",
                  .unit = "corrections/hour",
                  .baseline = "INSERT and GROUP BY with window functions over the days it touches"},
                 options_.late / absl::ToDoubleHours(sum), times,
                 sql_runs / absl::ToDoubleHours(sql_sum));
  }

  absl::Status Peak(const char* when) {
    ASSIGN_OR_RETURN(const int64_t kb, service_->PeakResidentKb());
    fmt::print(stderr, "  the service held at most {} MiB {}\n", kb / 1024, when);
    return absl::OkStatus();
  }

  absl::Status Memory() {
    ASSIGN_OR_RETURN(const int64_t kb, service_->PeakResidentKb());
    return Print(
        {.bench = "kpi", .name = "memory", .unit = "MiB resident at most", .baseline = "the limit"},
        static_cast<double>(kb) / 1024, {}, kMemoryLimitMib);
  }

  const Options options_;
  const absl::CivilDay last_;
  Spool spool_;
  std::unique_ptr<KpiService> service_;
  std::unique_ptr<PlainTables> plain_;
  absl::Duration sql_month_;  // of the GROUP BY over the month
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A month of messages: import, figures and late corrections against plain SQL.");
  app.add_option("--messages", options.plan.messages, "Messages of the month")
      ->check(CLI::Range(int64_t{100}, int64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--agents", options.plan.agents, "Agents who answer")
      ->check(CLI::Range(1, 9999))
      ->capture_default_str();
  app.add_option("--days", options.plan.days, "Days from 2026-07-01")
      ->check(CLI::Range(1, 31))
      ->capture_default_str();
  app.add_option("--seed", options.plan.seed, "Other numbers make another month")
      ->capture_default_str();
  app.add_option("--calls", options.calls, "Questions for the month")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--late", options.late, "Late messages")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  const std::map<std::string, std::string> platforms = {
      {"none", ""}, {"jd", "PLATFORM_JD"}, {"taobao", "PLATFORM_TAOBAO"}};
  app.add_option("--platform", options.platform,
                 "Platform of the shop, whose definition is scored beside the default one")
      ->transform(CLI::CheckedTransformer(platforms));
  app.add_option("--readers", options.readers, "Clients who read the month during the imports")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  AddPool(app, options.pool_gb);
  CLI11_PARSE(app, argc, argv);
  return ExitWith("kpi", Bench(options).Run());
}

}  // namespace
}  // namespace kefu::bench

int main(int argc, char** argv) { return kefu::bench::Main(argc, argv); }
