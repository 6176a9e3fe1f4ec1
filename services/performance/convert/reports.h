// Reports: requests, stored rows and the contract.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/convert/fields.h"
#include "kefu/performance/v1/reports.pb.h"
#include "services/performance/domain/report.h"

namespace kefu::performance::convert {

// Which report a request names, as checked: by subject and any day of the period.
struct AskedReport {
  domain::ReportKind kind = domain::ReportKind::kWeekly;
  domain::SubjectId subject;
  std::string shop_id;        // empty: the organization
  std::string currency_code;  // of the organization's shops; may be empty
  absl::CivilDay day;
};
// Of a CreateReportRequest or a GetReportRequest.
AskedReport AskedReportFrom(const v1::CreateReportRequest& request, FieldViolations& violations);
AskedReport AskedReportFrom(const v1::GetReportRequest& request, FieldViolations& violations);

v1::ReportKind ToProto(domain::ReportKind kind);
// As stored: "WEEKLY", "MONTHLY".
std::string_view KindName(domain::ReportKind kind);
// The same of a list's filter; "" for both kinds.
std::string_view KindFilter(v1::ReportKind kind);
// As stored: "shop", "team:ID", "base:ID", "agent:ID"; of the organization "all:CNY".
std::string SubjectKey(const domain::SubjectId& subject);
std::string OrganizationKey(std::string_view currency_code);

// SHA-256 in hexadecimal of everything but id, version, time, hash and the sections'
// metrics_in_all.
std::string ContentHash(const v1::Report& report);

// A stored report's bytes. INTERNAL when they cannot be read.
absl::StatusOr<v1::Report> ReportFromBytes(std::string_view head, std::string_view body);

}  // namespace kefu::performance::convert
