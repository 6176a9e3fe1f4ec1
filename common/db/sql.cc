#include "common/db/sql.h"

#include "fmt/format.h"

namespace kefu::db {

Param::Param(absl::CivilDay value) : kind_(Kind::kText), is_day_(true) {
  day_.fill('?');
  // A year outside DATE's range leaves the question marks, which the strict server refuses.
  if (value.year() >= 0 && value.year() <= 9999) {
    fmt::format_to_n(day_.data(), day_.size(), "{:04}-{:02}-{:02}", value.year(), value.month(),
                     value.day());
  }
}

}  // namespace kefu::db
