#include "common/events/durable.h"

namespace kefu::events {
namespace {

constexpr db::Sql kMark{
    "INSERT INTO flush_mark (org_id, count) VALUES ('', 1)"
    " ON DUPLICATE KEY UPDATE count = count + 1"};

}  // namespace

absl::Status MarkDurable(db::Transaction& transaction) {
  return transaction.Execute(kMark).status();
}

}  // namespace kefu::events
