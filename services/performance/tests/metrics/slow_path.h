// An independent way to all figures: plain SQL over rows that a test has written down itself. It
// shares no code with the domain: not even days, which come from the system's own date(1).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/testing/test_db.h"

namespace kefu::performance::slow {

// A clock time of a zone by date(1): the day and the minute of the day of an instant.
struct LocalTime {
  std::string day;  // "2024-11-03"
  int minute = 0;
};
// Of many instants, in seconds since the epoch, at once.
std::vector<LocalTime> LocalTimes(const std::string& zone, const std::vector<int64_t>& seconds);

// More conversations than this of a customer that begin on a day are fraud.
inline constexpr int kMostConversations = 2;

// Makes the tables once for a schema; testing::TestDb::Clear empties them.
void CreateTables(testing::TestDb& db);
// Empties these tables alone, for the next shop.
void Clear(testing::TestDb& db);

// The rows of one shop, one INSERT a table. Times are microseconds since the epoch.
class Rows {
 public:
  void Message(std::string_view conversation, std::string_view customer, int seq, int64_t time_us,
               char side, std::string_view agent, bool excluded);
  // fraud: by a review, or a flag that none overrules; judged: by any review.
  void Conversation(std::string_view conversation, std::string_view customer, int64_t first_us,
                    int rating, bool excluded, bool fraud, bool judged);
  void Handling(std::string_view conversation, std::string_view customer, std::string_view agent,
                int64_t start_us, int64_t end_us, bool excluded);
  void Order(std::string_view order, std::string_view customer, int64_t create_us,
             std::optional<int64_t> pay_us, std::optional<int64_t> minor,
             std::optional<int64_t> ship_us, std::optional<int64_t> limit_us, bool new_buyer,
             bool flagged, std::optional<bool> reviewed_as_excluded);
  void Refund(std::string_view order, int64_t time_us, int64_t minor);
  void Review(std::string_view order, int64_t time_us, int score);
  void Visits(std::string_view day, int64_t visits, int64_t clicks, int64_t ad_orders,
              int64_t spend_minor);
  // From first_day to last_day, both included.
  void Member(std::string_view agent, std::string_view team, std::string_view first_day,
              std::string_view last_day);
  // One that counts, on the day on which the conversation begins.
  void Inspection(std::string_view conversation, std::string_view agent, int centipoints,
                  bool accurate, bool polite);
  void Base(std::string_view agent, std::string_view base, std::string_view first_day,
            std::string_view last_day);

  // Writes them and the days of the zone that they touch. What a fraudulent customer pays on the
  // day and so many days after it is left out.
  void Save(testing::TestDb& db, const std::string& zone, int fraud_days = 1);

 private:
  void Add(const std::string& table, const std::string& values);
  std::map<std::string, std::string> inserts_;
  std::vector<std::pair<std::string, int64_t>> first_seconds_;  // of conversations
  int64_t earliest_us_ = INT64_MAX, latest_us_ = INT64_MIN;
};

// The numbers of a definition.
struct Rules {
  int attribution_days = 1;
  int quiet_start_minute = 0, quiet_end_minute = 0;
  int positive_score = 4;
  int repurchase_days = 30;
  int answer_seconds = 30, round_seconds = 180;
  int start_minute = 9 * 60, end_minute = 24 * 60;  // of service hours
  bool workdays_only = false;
};

// Kind ("SHOP", "AGENT", "TEAM", "BASE") and id.
using Subject = std::pair<std::string, std::string>;
template <class OfDay>
using ByDay = std::map<Subject, std::map<std::string, OfDay>>;
// Sums of a day by name.
using OfDay = std::map<std::string, int64_t>;

struct Figures {
  ByDay<OfDay> sums;
  ByDay<std::vector<int64_t>> gaps;  // for percentiles

  // Those of a subject on some days, ascending.
  std::vector<int64_t> GapsIn(const Subject& subject, const std::string& first_day,
                              const std::string& last_day) const;
};
// Those of shops of one currency together.
void Add(const Figures& shop, Figures& all);

// Everything of the shop whose rows are saved, by one definition.
Figures Compute(testing::TestDb& db, const Rules& rules);

}  // namespace kefu::performance::slow
