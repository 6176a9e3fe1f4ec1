// Jobs of all organizations: what is wrong with one row is no reason to leave the others undone.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kefu::aftersales {

// Until when what failed is left alone: long enough not to fill the log, short enough for whoever
// mends it.
inline constexpr absl::Duration kSetAside = absl::Minutes(1);

// Whether a transaction failed for what it worked on: it would fail again at once. What the
// database, the time or another transaction is the cause of passes.
inline bool IsOwnFault(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnavailable:
      return false;
    default:
      return true;
  }
}

}  // namespace kefu::aftersales
