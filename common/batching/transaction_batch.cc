#include "common/batching/transaction_batch.h"

#include <algorithm>
#include <exception>

#include "common/status/error.h"

namespace kefu::batching {
namespace {

constexpr absl::Duration kLongest = absl::Seconds(30);
// Twins that commit first, again and again, end sometime.
constexpr int kTries = 3;
constexpr int kRaces = 2;

}  // namespace

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsCancelled(status);
}

void BatchDeadline::Add(absl::Time deadline) {
  time_ = std::max(time_, std::min(deadline, now_ + kLongest));
}

absl::Status RunBatch(db::Database& database, absl::Time deadline, bool shared,
                      absl::FunctionRef<absl::Status(db::Transaction&)> body) {
  int races = 0;
  return database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
    if (++races > kRaces && shared) return absl::AbortedError("carried out one by one");
    try {
      return body(t);
    } catch (const std::exception& e) {
      return Internal(e.what());
    }
  });
}

absl::Status RunAmongTwins(absl::FunctionRef<absl::Status()> write) {
  absl::Status status;
  for (int i = 0; i < kTries; ++i) {
    status = write();
    if (!absl::IsAlreadyExists(status)) break;
  }
  return status;
}

}  // namespace kefu::batching
