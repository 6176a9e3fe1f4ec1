// What nightly audits found. As store.h says.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/reader.h"

namespace kefu::warehouse::store {

struct LedgerAuditRow {
  absl::CivilDay day;
  bool clean = false;
  int64_t nodes = 0;
  int64_t entries = 0;
  int64_t findings = 0;
  absl::Time start;
  absl::Time end;
};
absl::StatusOr<bool> WasAudited(db::Reader reader, std::string_view org_id, absl::CivilDay day);
absl::Status InsertAudit(db::Transaction& t, std::string_view org_id, const LedgerAuditRow& row);

}  // namespace kefu::warehouse::store
