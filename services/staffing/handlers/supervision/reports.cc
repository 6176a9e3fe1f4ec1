// The reports about a base: a small one every week, a large one every month.
#include <algorithm>

#include "services/staffing/convert/contracts.h"
#include "services/staffing/handlers/supervision/supervision_handlers.h"
#include "services/staffing/handlers/supervision/support.h"

namespace kefu::staffing {
namespace {

struct Span {
  absl::CivilDay first, last;
  bool Contains(absl::CivilDay day) const { return first <= day && day <= last; }
};

Span SpanOf(v1::BaseReportKind kind, absl::CivilDay day) {
  if (kind == v1::BASE_REPORT_KIND_MONTHLY) {
    const absl::CivilMonth month(day);
    return {absl::CivilDay(month), absl::CivilDay(month + 1) - 1};
  }
  const absl::CivilDay monday = absl::PrevWeekday(day + 1, absl::Weekday::monday);
  return {monday, monday + 6};
}

absl::CivilDay DayOf(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return absl::ToCivilDay(absl::FromUnixSeconds(time.seconds()), zone);
}

class Reporter {
 public:
  Reporter(db::Transaction& t, const Supervised& by, Span span, absl::TimeZone zone)
      : t_(t), by_(by), span_(span), zone_(zone) {}

  absl::StatusOr<v1::BaseReport> Make(v1::BaseReportKind kind) {
    report_.set_contract_id(by_.row.id);
    report_.set_kind(kind);
    *report_.mutable_period()->mutable_start_date() = kefu::convert::ToProto(span_.first);
    *report_.mutable_period()->mutable_end_date() = kefu::convert::ToProto(span_.last);
    RETURN_IF_ERROR(kind == v1::BASE_REPORT_KIND_WEEKLY ? AddWeek() : AddMonth());
    RETURN_IF_ERROR(AddInspections());
    RETURN_IF_ERROR(AddComplaints());
    return std::move(report_);
  }

 private:
  absl::Status AddWeek() {
    ASSIGN_OR_RETURN(v1::WeekResult week, JudgeWeek(t_, by_.org_id, by_.contract, span_.first));
    report_.mutable_levels()->Swap(week.mutable_levels());
    report_.mutable_reports()->Swap(week.mutable_reports());
    const absl::CivilDay month{absl::CivilMonth(span_.last)};
    ASSIGN_OR_RETURN(const BreachesSoFar so_far, BreachesUpTo(t_, by_.org_id, by_.contract, month));
    for (const v1::Breach& breach : so_far.of_month) {
      if (breach.has_week() && kefu::convert::FromProto(breach.week()) == span_.first) {
        *report_.add_breaches() = breach;
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddMonth() {
    ASSIGN_OR_RETURN(ContractFigures figures, LoadMonth(t_, by_.org_id, by_.contract, span_.first));
    const outsourcing::Terms terms = convert::TermsOf(by_.contract);
    for (const outsourcing::LevelResult& result :
         outsourcing::JudgeLevels(terms, outsourcing::LevelPeriod::kMonth, figures.figures)) {
      *report_.add_levels() = convert::ToProto(by_.contract, result);
    }
    for (v1::ContractReport& report : figures.reports) *report_.add_reports() = std::move(report);
    for (const absl::CivilDay monday : outsourcing::WeeksOf(terms, span_.first)) {
      if (by_.today <= monday + 6) break;
      ASSIGN_OR_RETURN(*report_.add_weeks(), JudgeWeek(t_, by_.org_id, by_.contract, monday));
    }
    ASSIGN_OR_RETURN(const BreachesSoFar so_far,
                     BreachesUpTo(t_, by_.org_id, by_.contract, span_.first));
    for (const v1::Breach& breach : so_far.of_month) *report_.add_breaches() = breach;
    if (so_far.demand) report_.set_demand(static_cast<v1::BreachDemand>(*so_far.demand));
    for (const v1::Milestone& milestone : by_.contract.milestones()) {
      if (span_.Contains(kefu::convert::FromProto(milestone.due_date()))) {
        *report_.add_milestones() = milestone;
      }
    }
    auto invoice = InvoiceOf(t_, by_.org_id, by_.contract, span_.first);
    if (absl::IsFailedPrecondition(invoice.status())) return absl::OkStatus();  // not told yet
    RETURN_IF_ERROR(invoice.status());
    *report_.mutable_invoice() = *std::move(invoice);
    return absl::OkStatus();
  }

  // Whether the finding was closed by the end of the period.
  bool ClosedBy(const v1::InspectionFinding& finding) const {
    return std::ranges::any_of(finding.follow_ups(), [&](const v1::FollowUp& step) {
      return step.state() == v1::FINDING_STATE_CLOSED &&
             DayOf(step.record_time(), zone_) <= span_.last;
    });
  }

  absl::Status AddInspections() {
    ASSIGN_OR_RETURN(const auto rows, store::AllRecords(t_, store::kInspections, by_.org_id,
                                                        {.owner_id = by_.row.base_id}));
    for (const store::RecordRow& row : rows) {
      ASSIGN_OR_RETURN(v1::BaseInspection inspection, InspectionOf(row));
      const absl::CivilDay day = kefu::convert::FromProto(inspection.date());
      if (day > span_.last) continue;
      for (const v1::InspectionFinding& finding : inspection.findings()) {
        if (ClosedBy(finding)) continue;
        report_.set_open_findings(report_.open_findings() + 1);
        if (kefu::convert::FromProto(finding.due_date()) < span_.last) {
          report_.set_overdue_findings(report_.overdue_findings() + 1);
        }
      }
      if (day >= span_.first) *report_.add_inspections() = std::move(inspection);
    }
    return absl::OkStatus();
  }

  absl::Status AddComplaints() {
    ASSIGN_OR_RETURN(const auto rows, store::AllRecords(t_, store::kComplaints, by_.org_id,
                                                        {.owner_id = by_.row.id}));
    for (const store::RecordRow& row : rows) {
      if (!span_.Contains(absl::ToCivilDay(row.info.create_time, zone_))) continue;
      ASSIGN_OR_RETURN(*report_.add_complaints(), ComplaintOf(row));
    }
    return absl::OkStatus();
  }

  db::Transaction& t_;
  const Supervised& by_;
  const Span span_;
  const absl::TimeZone zone_;
  v1::BaseReport report_;
};

}  // namespace

absl::StatusOr<v1::BaseReport> SupervisionHandlers::GetBaseReport(
    const RequestContext& ctx, const v1::GetBaseReportRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  violations.Check(request.kind() != v1::BASE_REPORT_KIND_UNSPECIFIED, "kind", "must be set");
  const auto kind =
      kefu::convert::OptionalEnum<v1::BaseReportKind>(request.kind(), "kind", violations);
  const absl::CivilDay day =
      convert::RequiredDay(request.has_day(), request.day(), "day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const Span span = SpanOf(kind, day);
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseReport> {
        ASSIGN_OR_RETURN(const Supervised by,
                         RequireContract(t, ctx, request.contract_id(), Hold::kRead));
        if (span.last < by.row.first_day || span.first > by.row.last_day) {
          return error::OutsideContract(by.row.id, span.first);
        }
        ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, by.org_id));
        return Reporter(t, by, span, zone).Make(kind);
      });
}

}  // namespace kefu::staffing
