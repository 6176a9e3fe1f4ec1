#include "bench/reserve/naive.h"

#include <atomic>

#include "absl/time/clock.h"
#include "bench/harness/load.h"
#include "common/status/status_macros.h"

namespace kefu::bench {
namespace {

constexpr absl::Duration kTime = absl::Seconds(30);  // of one transaction, set-up included

constexpr db::Sql kTables[] = {
    {"CREATE TABLE naive_stock (sku_id BIGINT NOT NULL, on_hand BIGINT NOT NULL,"
     " reserved BIGINT NOT NULL, PRIMARY KEY (sku_id)) ENGINE=InnoDB"},
    {"CREATE TABLE naive_reservation (reservation_id BIGINT NOT NULL, sku_id BIGINT NOT NULL,"
     " quantity BIGINT NOT NULL, state VARCHAR(16) NOT NULL, create_us BIGINT NOT NULL,"
     " PRIMARY KEY (reservation_id)) ENGINE=InnoDB"},
    {"INSERT INTO naive_stock (sku_id, on_hand, reserved) VALUES (1, 1000000000, 0)"}};
constexpr db::Sql kInsert{
    "INSERT INTO naive_reservation (reservation_id, sku_id, quantity, state, create_us)"
    " VALUES (?, 1, 1, 'HELD', ?)"};
constexpr db::Sql kTake{
    "UPDATE naive_stock SET reserved = reserved + 1 WHERE sku_id = 1 AND on_hand - reserved >= 1"};

}  // namespace

absl::StatusOr<std::unique_ptr<Naive>> Naive::Start(db::DatabaseOptions options, int connections) {
  options.pool_size = connections;
  ASSIGN_OR_RETURN(auto database, db::Database::Open(std::move(options)));
  for (const db::Sql table : kTables) {
    RETURN_IF_ERROR(database->Read(absl::Now() + kTime, table).status());
  }
  return std::unique_ptr<Naive>(new Naive(std::move(database)));
}

Run Naive::Reserve(int callers, absl::Duration time) const {
  return [this, callers, time] {
    static std::atomic<int64_t> next_id{1};
    return RunCallers(callers, time, [this](int) -> std::function<absl::Status()> {
      return [this] {
        return database_->RunInTransaction(
            absl::Now() + kTime, [](db::Transaction& t) -> absl::Status {
              RETURN_IF_ERROR(t.Execute(kInsert, {next_id.fetch_add(1), absl::Now()}).status());
              ASSIGN_OR_RETURN(const int64_t taken, t.Execute(kTake));
              return taken == 1 ? absl::OkStatus() : absl::InternalError("nothing left");
            });
      };
    });
  };
}

}  // namespace kefu::bench
