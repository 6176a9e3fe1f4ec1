// Made-up facts on disk, as messages of an import and as rows for LOAD DATA, so that making them
// takes no time from what is measured.
#pragma once

#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/kpi/facts.h"
#include "common/testing/temp_folder.h"

namespace kefu::bench {

enum Kind : int { kConversations, kOrders, kRefunds, kReviews, kKinds };

// The tables of the plain schema and their columns, by kind; conversations are rows of messages.
struct PlainTable {
  std::string_view name, columns, keys;
};
inline constexpr std::array<PlainTable, kKinds> kTables = {{
    {"plain_message",
     "(shop_id, conversation_id, seq, customer_id, agent_id, side, excluded, rating, send_us, "
     "body)",
     "shop_id VARCHAR(64) NOT NULL, conversation_id VARCHAR(64) NOT NULL, seq INT NOT NULL, "
     "customer_id VARCHAR(64) NOT NULL, agent_id VARCHAR(64) NOT NULL, side TINYINT NOT NULL, "
     "excluded TINYINT NOT NULL, rating TINYINT NOT NULL, send_us BIGINT NOT NULL, body TEXT NOT "
     "NULL, PRIMARY KEY (shop_id, conversation_id, seq), KEY by_time (shop_id, send_us), KEY "
     "by_customer (shop_id, customer_id, send_us)"},
    {"plain_order", "(shop_id, order_id, customer_id, create_us, pay_us, paid_minor, body)",
     "shop_id VARCHAR(64) NOT NULL, order_id VARCHAR(64) NOT NULL, customer_id VARCHAR(64) NOT "
     "NULL, create_us BIGINT NOT NULL, pay_us BIGINT NULL, paid_minor BIGINT NULL, body TEXT NOT "
     "NULL, PRIMARY KEY (shop_id, order_id), KEY by_pay (shop_id, pay_us)"},
    {"plain_refund", "(shop_id, refund_id, order_id, refund_us, amount_minor)",
     "shop_id VARCHAR(64) NOT NULL, refund_id VARCHAR(64) NOT NULL, order_id VARCHAR(64) NOT NULL, "
     "refund_us BIGINT NOT NULL, amount_minor BIGINT NOT NULL, PRIMARY KEY (shop_id, refund_id), "
     "KEY by_time (shop_id, refund_us)"},
    {"plain_review", "(shop_id, review_id, order_id, create_us, score, body)",
     "shop_id VARCHAR(64) NOT NULL, review_id VARCHAR(64) NOT NULL, order_id VARCHAR(64) NOT NULL, "
     "create_us BIGINT NOT NULL, score TINYINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (shop_id, "
     "review_id), KEY by_time (shop_id, create_us)"},
}};

// Not thread-safe.
class Spool {
 public:
  // Makes the whole month. UNAVAILABLE when the disk is full.
  absl::Status Write(const MonthPlan& plan);

  // Rows of LOAD DATA of a kind and day.
  absl::StatusOr<std::string> Tsv(Kind kind, int day) const;
  // The serialized messages of an import, one after the other, without its first.
  class Messages {
   public:
    explicit Messages(const std::string& path) : in_(path, std::ios::binary) {}
    bool Next(std::string& bytes);

   private:
    std::ifstream in_;
  };
  Messages Requests(Kind kind) const { return Messages(RequestPath(kind)); }

  int64_t rows(Kind kind) const { return rows_[kind]; }    // messages, orders, …
  int64_t facts(Kind kind) const { return facts_[kind]; }  // conversations, orders, …
  int64_t all_rows() const;

 private:
  std::string RequestPath(Kind kind) const;
  std::string TsvPath(Kind kind, int day) const;
  absl::Status WriteDay(const DayOfFacts& facts, int day, std::array<std::ofstream, kKinds>& out);

  const testing::TempFolder folder_{"kefu-kpi"};
  std::array<int64_t, kKinds> rows_{}, facts_{};
};

}  // namespace kefu::bench
