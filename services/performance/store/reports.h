// Stored reports. Every method runs in the caller's transaction and returns the Statuses of
// db::Transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// What a report is about; of each key there are versions.
struct ReportKey {
  Scope scope;
  std::string kind;  // "WEEKLY", "MONTHLY"
  absl::CivilDay first_day;
  std::string subject;  // "shop", "team:ID", "base:ID", "agent:ID", "all:CNY"
  std::string definition_id;
};

struct ReportRow {
  std::string report_id;
  int version = 0;
  std::string content_hash;  // 64 hexadecimal digits
  std::string head;          // the report without its sections
  std::string body;          // the sections
};

absl::Status InsertReport(db::Transaction& t, const ReportKey& key, const ReportRow& row);
// The newest version, or with version > 0 that one; nothing when there is none. Without its body.
absl::StatusOr<std::optional<ReportRow>> FindReport(db::Transaction& t, const ReportKey& key,
                                                    int version);
// With its body.
absl::StatusOr<std::optional<ReportRow>> LoadReport(db::Transaction& t, std::string_view org_id,
                                                    std::string_view report_id);

// Where a page of a list begins: after this row.
struct ReportPosition {
  absl::CivilDay first_day;
  std::string report_id;
};
struct ListedReport {
  ReportPosition position;
  std::string head;
};
// A shop's reports whose first day lies in [first, last], latest first; an empty kind or subject
// lists all. Without a shop: the organization's own.
absl::StatusOr<std::vector<ListedReport>> ListReports(db::Transaction& t, const Scope& scope,
                                                      std::string_view kind,
                                                      std::string_view subject,
                                                      absl::CivilDay first, absl::CivilDay last,
                                                      const std::optional<ReportPosition>& after,
                                                      int limit);

}  // namespace kefu::performance::store
