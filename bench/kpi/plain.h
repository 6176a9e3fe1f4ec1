// The same facts in plain indexed tables, and the figures by GROUP BY and window functions over
// them.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bench/kpi/spool.h"
#include "common/db/database.h"

namespace kefu::bench {

// What both sides tell of an agent.
struct AgentFigures {
  int64_t agent_messages = 0, responses = 0, response_us = 0, conversations = 0, ratings = 0,
          rating_points = 0, consulted = 0, paid_orders = 0, sales_minor = 0, paid_customers = 0;
  bool operator==(const AgentFigures&) const = default;
};
using FiguresByAgent = std::map<std::string, AgentFigures>;

class PlainTables {
 public:
  explicit PlainTables(db::Database& database) : database_(database) {}

  absl::Status Create();
  // LOAD DATA LOCAL INFILE of all kinds of a day; returns the time in the database.
  absl::StatusOr<absl::Duration> Load(const Spool& spool, int day);
  // One late message.
  absl::Status Insert(std::string_view conversation_id, std::string_view customer_id,
                      std::string_view agent_id, int64_t send_us);
  // By message and by order over [first, last] in the shop's zone, by the definition "default".
  absl::StatusOr<FiguresByAgent> Figures(absl::CivilDay first, absl::CivilDay last);

 private:
  db::Database& database_;
};

}  // namespace kefu::bench
