// Where a SELECT of a store runs: inside a transaction, or by itself.
#pragma once

#include <initializer_list>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"

namespace kefu::db {

// A value that is cheap to copy; implicit from a transaction, so that a store's functions take
// either. Refers to what it was made of. Thread-safe over a Database.
class Reader {
 public:
  Reader(Transaction& transaction) : transaction_(&transaction) {}
  Reader(Database& database, absl::Time deadline) : database_(&database), deadline_(deadline) {}

  absl::StatusOr<Rows> Query(Sql sql, std::initializer_list<Param> params) const {
    return transaction_ != nullptr ? transaction_->Query(sql, params)
                                   : database_->Read(deadline_, sql, params);
  }

 private:
  Transaction* transaction_ = nullptr;
  Database* database_ = nullptr;
  absl::Time deadline_;
};

}  // namespace kefu::db
