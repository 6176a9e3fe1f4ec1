#include "bench/kpi/plain.h"

#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

constexpr absl::Duration kTime = absl::Hours(2);
constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;

// Answers, and customer-days. run_no counts the agents' messages before, so that a run holds its
// customer messages and the answer that ends it.
constexpr db::Sql kByAnswer{
    "SELECT answerer, SUM(side = 2 AND send_us >= ? AND send_us < ?) agent_messages, "
    "SUM(side = 2 AND run_start >= ? AND run_start < ?) responses, "
    "SUM(IF(side = 2 AND run_start >= ? AND run_start < ?, send_us - run_start, 0)) response_us, "
    "COUNT(DISTINCT IF(side = 1 AND send_us >= ? AND send_us < ?, "
    "CONCAT(customer_id, (send_us + 28800000000) DIV 86400000000), NULL)) consulted FROM ("
    "SELECT customer_id, side, send_us, MIN(IF(side = 1, send_us, NULL)) OVER (PARTITION BY "
    "conversation_id, run_no) run_start, MAX(IF(side = 2, agent_id, NULL)) OVER (PARTITION BY "
    "conversation_id, run_no) answerer FROM ("
    "SELECT conversation_id, customer_id, agent_id, side, send_us, SUM(side = 2) OVER (PARTITION "
    "BY "
    "conversation_id ORDER BY seq ROWS UNBOUNDED PRECEDING) - (side = 2) run_no "
    "FROM plain_message WHERE shop_id = ? AND excluded = 0 AND send_us >= ? AND send_us < ?) runs) "
    "answers WHERE answerer IS NOT NULL GROUP BY answerer"};
// Conversations by first day, of those who wrote in them; ratings go to who answered last.
constexpr db::Sql kByConversation{
    "SELECT agent_id, COUNT(*), SUM(rating > 0 AND last_one = 1), SUM(IF(last_one = 1, rating, 0)) "
    "FROM (SELECT conversation_id, agent_id, MAX(rating) rating, MIN(from_last) last_one FROM ("
    "SELECT conversation_id, agent_id, side, rating, MIN(send_us) OVER (PARTITION BY "
    "conversation_id) begun, ROW_NUMBER() OVER (PARTITION BY conversation_id ORDER BY side = 2 "
    "DESC, seq DESC) from_last FROM plain_message "
    "WHERE shop_id = ? AND excluded = 0 AND send_us >= ? AND send_us < ?) whole "
    "WHERE side = 2 AND begun >= ? AND begun < ? GROUP BY conversation_id, agent_id) wrote "
    "GROUP BY agent_id"};
// Orders by day paid, credited to the last answer on the same day or the day before.
constexpr db::Sql kBySale{
    "SELECT agent_id, COUNT(*), SUM(paid_minor), COUNT(DISTINCT customer_id, "
    "(pay_us + 28800000000) DIV 86400000000) FROM ("
    "SELECT o.order_id, o.customer_id, o.pay_us, o.paid_minor, m.agent_id, ROW_NUMBER() OVER "
    "(PARTITION BY o.order_id ORDER BY m.send_us DESC, m.conversation_id DESC, m.agent_id DESC) "
    "from_last FROM plain_order o JOIN plain_message m ON m.shop_id = o.shop_id AND m.customer_id "
    "= o.customer_id AND m.send_us < o.pay_us AND m.send_us >= ((o.pay_us + 28800000000) DIV "
    "86400000000 - 1) * 86400000000 - 28800000000 AND m.side = 2 AND m.excluded = 0 "
    "WHERE o.shop_id = ? AND o.pay_us >= ? AND o.pay_us < ?) credited WHERE from_last = 1 "
    "GROUP BY agent_id"};
constexpr db::Sql kInsert{
    "INSERT INTO plain_message (shop_id, conversation_id, seq, customer_id, agent_id, side, "
    "excluded, rating, send_us, body) VALUES (?, ?, ?, ?, ?, 2, 0, 0, ?, '')"};
constexpr int kLateSeq = 1000;  // behind every message of the plan

absl::Time Limit() { return absl::Now() + kTime; }

}  // namespace

absl::Status PlainTables::Create() {
  for (const PlainTable& table : kTables) {
    const std::string statement = fmt::format(
        "CREATE TABLE {} ({}) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = "
        "utf8mb4_bin",
        table.name, table.keys);
    RETURN_IF_ERROR(database_.Read(Limit(), db::Sql{statement.c_str()}).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> PlainTables::Load(const Spool& spool, int day) {
  absl::Duration time;
  for (int kind = 0; kind < kKinds; ++kind) {
    ASSIGN_OR_RETURN(const std::string tsv, spool.Tsv(static_cast<Kind>(kind), day));
    const std::string target = fmt::format("{} {}", kTables[kind].name, kTables[kind].columns);
    const absl::Time start = absl::Now();
    RETURN_IF_ERROR(
        database_
            .RunInTransaction(Limit(), [&](db::Transaction& t) { return t.LoadData(target, tsv); })
            .status());
    time += absl::Now() - start;
  }
  return time;
}

absl::Status PlainTables::Insert(std::string_view conversation_id, std::string_view customer_id,
                                 std::string_view agent_id, int64_t send_us) {
  return database_
      .RunInTransaction(Limit(),
                        [&](db::Transaction& t) {
                          return t.Execute(kInsert, {kShop, conversation_id, kLateSeq, customer_id,
                                                     agent_id, send_us});
                        })
      .status();
}

absl::StatusOr<FiguresByAgent> PlainTables::Figures(absl::CivilDay first, absl::CivilDay last) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(kShopZone));
  const int64_t from = absl::ToUnixMicros(absl::FromCivil(first, zone)),
                to = absl::ToUnixMicros(absl::FromCivil(last + 1, zone));
  // Conversations begun on the day before may go on, those of the last may end later.
  const int64_t wide_from = from - kDayUs, wide_to = to + kDayUs;
  FiguresByAgent figures;
  ASSIGN_OR_RETURN(const db::Rows answers, database_.Read(Limit(), kByAnswer,
                                                          {from, to, from, to, from, to, from, to,
                                                           kShop, wide_from, wide_to}));
  for (const db::Row row : answers) {
    AgentFigures& agent = figures[row.Str(0)];
    agent.agent_messages = row.Int(1);
    agent.responses = row.Int(2);
    agent.response_us = row.Int(3);
    agent.consulted = row.Int(4);
  }
  ASSIGN_OR_RETURN(const db::Rows conversations,
                   database_.Read(Limit(), kByConversation, {kShop, wide_from, wide_to, from, to}));
  for (const db::Row row : conversations) {
    AgentFigures& agent = figures[row.Str(0)];
    agent.conversations = row.Int(1);
    agent.ratings = row.Int(2);
    agent.rating_points = row.Int(3);
  }
  ASSIGN_OR_RETURN(const db::Rows sales, database_.Read(Limit(), kBySale, {kShop, from, to}));
  for (const db::Row row : sales) {
    AgentFigures& agent = figures[row.Str(0)];
    agent.paid_orders = row.Int(1);
    agent.sales_minor = row.Int(2);
    agent.paid_customers = row.Int(3);
  }
  return figures;
}

}  // namespace kefu::bench
