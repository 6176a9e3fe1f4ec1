// The reports about a base: a small one every week, a large one every month.
#include <algorithm>

#include "services/staffing/convert/contracts.h"
#include "services/staffing/handlers/supervision/supervision_handlers.h"
#include "services/staffing/handlers/supervision/support.h"

namespace kefu::staffing {
namespace {

using supervision::ReportKind;
using supervision::ReportPeriod;

struct ReportList {
  using Record = store::RecordRow;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& row) { return row.id; }
};

absl::CivilDay DayOf(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return absl::ToCivilDay(absl::FromUnixSeconds(time.seconds()), zone);
}

class Reporter {
 public:
  Reporter(db::Transaction& t, const Supervised& by, const ReportPeriod& span, absl::TimeZone zone)
      : t_(t), by_(by), span_(span), zone_(zone) {}

  absl::StatusOr<v1::BaseReport> Make(absl::Time now) {
    report_.set_contract_id(by_.row.id);
    report_.set_kind(static_cast<v1::BaseReportKind>(span_.kind));
    *report_.mutable_make_time() = kefu::convert::ToProto(now);
    *report_.mutable_period()->mutable_start_date() = kefu::convert::ToProto(span_.first);
    *report_.mutable_period()->mutable_end_date() = kefu::convert::ToProto(span_.last);
    RETURN_IF_ERROR(span_.kind == ReportKind::kWeekly ? AddWeek() : AddMonth());
    report_.set_complete(std::ranges::none_of(
        report_.reports(), [](const auto& each) { return each.report_id().empty(); }));
    RETURN_IF_ERROR(AddInspections());
    RETURN_IF_ERROR(AddComplaints());
    return std::move(report_);
  }

 private:
  absl::Status AddWeek() {
    ASSIGN_OR_RETURN(v1::WeekResult week, JudgeWeek(t_, by_.org_id, by_.contract, span_.first));
    report_.mutable_reports()->Swap(week.mutable_reports());
    const absl::CivilDay month{absl::CivilMonth(span_.last)};
    // Nobody answers for a week that lies in the contract in part.
    const auto judged = outsourcing::WeeksOf(convert::TermsOf(by_.contract), month);
    if (std::ranges::find(judged, span_.first) != judged.end()) {
      report_.mutable_levels()->Swap(week.mutable_levels());
    }
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
  const ReportPeriod span_;
  const absl::TimeZone zone_;
  v1::BaseReport report_;
};

absl::StatusOr<v1::BaseReport> MakeReport(db::Transaction& t, const Supervised& by,
                                          const ReportPeriod& period, absl::Time now) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, by.org_id));
  return Reporter(t, by, period, zone).Make(now);
}

v1::BaseReport WithoutPrices(v1::BaseReport report) {
  report.clear_invoice();
  for (auto& level : *report.mutable_levels()) level = kefu::staffing::WithoutPrices(level);
  for (v1::WeekResult& week : *report.mutable_weeks()) {
    for (auto& level : *week.mutable_levels()) level = kefu::staffing::WithoutPrices(level);
  }
  for (auto& breach : *report.mutable_breaches()) breach = kefu::staffing::WithoutPrices(breach);
  for (v1::Milestone& milestone : *report.mutable_milestones()) milestone.clear_penalty();
  return report;
}

v1::BaseReportMade Made(const v1::BaseReport& report, const std::string& base_id) {
  v1::BaseReportMade event;
  event.set_contract_id(report.contract_id());
  event.set_base_id(base_id);
  event.set_kind(report.kind());
  *event.mutable_period() = report.period();
  event.set_complete(report.complete());
  event.set_missed_levels(
      static_cast<int32_t>(std::ranges::count(report.levels(), v1::LEVEL_JUDGEMENT_MISSED,
                                              [](const auto& each) { return each.judgement(); })));
  event.set_breaches(static_cast<int32_t>(std::ranges::count_if(report.breaches(), Stands)));
  event.set_overdue_findings(report.overdue_findings());
  return event;
}

}  // namespace

absl::StatusOr<int> MakeDueReports(const Dependencies& deps, db::Transaction& t,
                                   const Supervised& by, const supervision::Policy& policy,
                                   absl::Time now) {
  int made = 0;
  for (const ReportPeriod& period :
       supervision::EndedPeriods(convert::TermsOf(by.contract), by.today)) {
    store::RecordRow row{.id = supervision::ReportId(by.row.id, period),
                         .owner_id = by.row.id,
                         .subject_id = by.row.base_id,
                         .state = std::string(NameOf(period.kind))};
    const auto known = store::FindRecord(t, store::kBaseReports, by.org_id, row.id);
    if (!absl::IsNotFound(known.status())) {
      RETURN_IF_ERROR(known.status());
      continue;
    }
    ASSIGN_OR_RETURN(const v1::BaseReport report, MakeReport(t, by, period, now));
    if (!supervision::ReportIsDue(period, report.complete(), policy.report_days, by.today)) {
      continue;
    }
    row.body = report.SerializeAsString();
    RETURN_IF_ERROR(store::SaveRecord(t, store::kBaseReports, by.org_id, row, now));
    RETURN_IF_ERROR(Tell(deps, t, by.org_id, by.row.id, Made(report, by.row.base_id), now));
    ++made;
  }
  return made;
}

absl::StatusOr<v1::Contract> SupervisionHandlers::GetBaseContract(
    const RequestContext& ctx, const v1::GetBaseContractRequest& request) const {
  RETURN_IF_ERROR(CheckId(request.contract_id(), "contract_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Contract> {
        ASSIGN_OR_RETURN(Supervised by,
                         RequireContract(t, ctx, request.contract_id(), Hold::kRead));
        if (ReadsPrices(ctx)) return std::move(by.contract);
        return kefu::staffing::WithoutPrices(std::move(by.contract));
      });
}

absl::StatusOr<v1::ListBaseReportsResponse> SupervisionHandlers::ListBaseReports(
    const RequestContext& ctx, const v1::ListBaseReportsRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  const auto kind = convert::OptionalEnum<ReportKind>(request.kind(), "kind", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const Supervised by,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return RequireContract(t, ctx, request.contract_id(), Hold::kRead);
                   }));
  const store::RecordFilter filter{
      .owner_id = request.contract_id(),
      .state = kind == ReportKind::kUnspecified ? std::string_view() : NameOf(kind)};
  ASSIGN_OR_RETURN(auto page,
                   FetchPage<ReportList>(
                       deps_, ctx, request, fmt::format("{} {}", filter.owner_id, filter.state),
                       [&](store::Reader r, store::Page keys) {
                         return store::ListRecords(r, store::kBaseReports, by.org_id, keys, filter);
                       }));
  v1::ListBaseReportsResponse response;
  for (const store::RecordRow& row : page.records) {
    v1::BaseReport report;
    if (!report.ParseFromString(row.body)) return Internal("a stored report does not parse");
    *response.add_reports() = ReadsPrices(ctx) ? report : WithoutPrices(std::move(report));
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::StatusOr<v1::BaseReport> SupervisionHandlers::GetBaseReport(
    const RequestContext& ctx, const v1::GetBaseReportRequest& request) const {
  FieldViolations violations;
  convert::Id(request.contract_id(), "contract_id", violations);
  const auto kind = convert::RequiredEnum<ReportKind>(request.kind(), "kind", violations);
  const absl::CivilDay day =
      convert::RequiredDay(request.has_day(), request.day(), "day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const ReportPeriod period = supervision::PeriodOf(kind, day);
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::BaseReport> {
        ASSIGN_OR_RETURN(const Supervised by,
                         RequireContract(t, ctx, request.contract_id(), Hold::kRead));
        if (!supervision::Overlaps(period, convert::TermsOf(by.contract))) {
          return error::OutsideContract(by.row.id, period.first);
        }
        ASSIGN_OR_RETURN(v1::BaseReport report, MakeReport(t, by, period, ctx.now));
        if (ReadsPrices(ctx)) return report;
        return WithoutPrices(std::move(report));
      });
}

}  // namespace kefu::staffing
