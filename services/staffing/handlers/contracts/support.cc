#include "services/staffing/handlers/contracts/support.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "common/time/civil.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/staffing/convert/contracts.h"
#include "services/staffing/errors_contracts.h"
#include "services/staffing/store/careers.h"
#include "services/staffing/store/days.h"
#include "services/staffing/store/weeks.h"

namespace kefu::staffing {
namespace {

using performance::v1::MetricValue;
using performance::v1::ReportRow;

constexpr int kMonthsBack = 120;  // consequences look back at most so far

// Adds what an agent's or a shop's row says.
void AddRow(const ReportRow& row, outsourcing::AgentSales sales, ContractFigures& all) {
  for (const MetricValue& value : row.values()) {
    if (value.metric_id() == "sales") sales.sales_minor = value.numerator();
    if (value.metric_id() == "refunds") sales.refunded_minor = value.numerator();
    const bool seconds = value.unit() == performance::v1::METRIC_UNIT_SECONDS;
    const bool judged = seconds || value.unit() == performance::v1::METRIC_UNIT_RATIO ||
                        value.unit() == performance::v1::METRIC_UNIT_MEAN;
    if (!judged || value.denominator() <= 0) continue;
    outsourcing::Figure& figure = all.figures[value.metric_id()];
    figure.numerator += value.numerator();
    figure.denominator += value.denominator();
    figure.is_duration = seconds;
  }
  if (sales.sales_minor != 0 || sales.refunded_minor != 0) all.sales.push_back(std::move(sales));
}

// Adds what a shop's report says of the agents. `read` is (row) -> StatusOr<optional<ReportRow>>;
// nothing: the report does not tell enough.
template <class Row, class F>
absl::Status AddShop(const std::vector<Row>& rows, const std::string& shop_id,
                     const std::set<std::string>& agents, F read, ContractFigures& figures) {
  v1::ContractReport& report = figures.reports.emplace_back();
  report.set_shop_id(shop_id);
  const auto shop = std::ranges::find(rows, "", &Row::agent_id);
  if (shop == rows.end()) return absl::OkStatus();
  std::vector<std::pair<std::string, ReportRow>> bodies;
  for (const Row& row : rows) {
    // A later report has begun to come and is not there as a whole.
    if (row.report_version > shop->report_version) return absl::OkStatus();
    if (row.report_version < shop->report_version || !agents.contains(row.agent_id)) continue;
    ASSIGN_OR_RETURN(std::optional<ReportRow> body, read(row));
    if (!body) return absl::OkStatus();
    bodies.emplace_back(row.agent_id, *std::move(body));
  }
  report.set_report_id(shop->report_id);
  report.set_version(shop->report_version);
  for (const auto& [agent_id, body] : bodies) AddRow(body, {shop_id, agent_id}, figures);
  return absl::OkStatus();
}

template <class Row>
absl::StatusOr<std::optional<ReportRow>> BodyOf(const Row& row) {
  ReportRow body;
  if (!body.ParseFromString(row.body)) return Internal("a stored report does not parse");
  return body;
}

// The month's row with the sums of those of its days that are the contract's, of what is told by
// the day; nothing where sales or refunds are not.
absl::StatusOr<std::optional<ReportRow>> InForce(const ReportRow& month, const std::string& stored,
                                                 const outsourcing::Terms& terms) {
  performance::v1::MonthReported told;
  if (!told.ParseFromString(stored) || told.agents_size() != 1) {
    return Internal("stored days do not parse");
  }
  ReportRow row;
  std::set<std::string_view> missing{"sales", "refunds"};
  for (const MetricValue& value : month.values()) {
    const auto at = std::ranges::find(told.day_metric_ids(), value.metric_id());
    if (at == told.day_metric_ids().end()) continue;
    const int i = static_cast<int>(at - told.day_metric_ids().begin());
    missing.erase(value.metric_id());
    MetricValue& sum = *row.add_values();
    sum.set_metric_id(value.metric_id());
    sum.set_unit(value.unit());
    for (const performance::v1::AgentDay& day : told.agents(0).days()) {
      if (!terms.Covers(kefu::convert::FromProto(day.day())) || i >= day.numerators_size())
        continue;
      sum.set_numerator(sum.numerator() + day.numerators(i));
      sum.set_denominator(sum.denominator() + day.denominators(i));
    }
  }
  return missing.empty() ? std::optional(std::move(row)) : std::nullopt;
}

absl::StatusOr<std::set<std::string>> AgentsOf(db::Transaction& t, std::string_view org_id,
                                               const v1::Contract& contract) {
  if (contract.kind() == v1::CONTRACT_KIND_AGENCY) return std::set<std::string>{""};
  return store::AgentsOfBase(t, org_id, contract.base_id());
}

// Milestones of a month that are overdue, and those that were reached in time are not.
std::vector<size_t> MissedMilestones(const v1::Contract& contract, const outsourcing::Terms& terms,
                                     absl::CivilDay month, absl::CivilDay today) {
  std::set<std::string> in_time;
  for (const v1::Milestone& milestone : contract.milestones()) {
    if (milestone.has_done_date() && kefu::convert::FromProto(milestone.done_date()) <=
                                         kefu::convert::FromProto(milestone.due_date())) {
      in_time.insert(milestone.milestone_id());
    }
  }
  const absl::CivilDay after(absl::CivilMonth(month) + 1);
  auto missed = outsourcing::OverdueMilestones(terms, in_time, std::min(today, after));
  std::erase_if(missed, [&](size_t i) { return terms.milestones[i].due_day < month; });
  return missed;
}

std::string CauseOf(const outsourcing::Milestone& milestone) {
  return fmt::format("milestone {}", milestone.id);
}

class MonthCheck {
 public:
  MonthCheck(const Dependencies& deps, db::Transaction& t, std::string_view org_id,
             const v1::Contract& contract, absl::CivilDay month, absl::Time now)
      : deps_(deps),
        t_(t),
        org_id_(org_id),
        contract_(contract),
        terms_(convert::TermsOf(contract)),
        month_(month),
        now_(now) {}

  absl::StatusOr<v1::CheckContractResponse> Run(absl::CivilDay today) {
    v1::CheckContractResponse response;
    ASSIGN_OR_RETURN(const ContractFigures figures, LoadMonth(t_, org_id_, contract_, month_));
    for (const v1::ContractReport& report : figures.reports) *response.add_reports() = report;
    for (const outsourcing::LevelResult& result :
         outsourcing::JudgeLevels(terms_, outsourcing::LevelPeriod::kMonth, figures.figures)) {
      *response.add_levels() = convert::ToProto(contract_, result);
    }
    RETURN_IF_ERROR(AddWeeks(today, response));
    ASSIGN_OR_RETURN(const auto issued,
                     store::FindInvoice(t_, org_id_, contract_.contract_id(), month_));
    if (terms_.DaysInForce(month_) > 0 && !issued) {
      if (today > LastDay()) FindMissed(response.levels(), std::nullopt);
      for (const v1::WeekResult& week : response.weeks()) {
        FindMissed(week.levels(), kefu::convert::FromProto(week.week()));
      }
      FindMissedMilestones(today);
      RETURN_IF_ERROR(Keep());
    }
    RETURN_IF_ERROR(Tell(response));
    return response;
  }

 private:
  // The weeks of the month that are over.
  absl::Status AddWeeks(absl::CivilDay today, v1::CheckContractResponse& response) {
    if (std::ranges::none_of(terms_.levels, &outsourcing::ServiceLevel::weekly)) {
      return absl::OkStatus();
    }
    for (const absl::CivilDay monday : outsourcing::WeeksOf(terms_, month_)) {
      if (today <= monday + 6) break;
      ASSIGN_OR_RETURN(*response.add_weeks(), JudgeWeek(t_, org_id_, contract_, monday));
    }
    return absl::OkStatus();
  }

  // Those of the month, or of the week given by its Monday.
  void FindMissed(const google::protobuf::RepeatedPtrField<v1::LevelResult>& levels,
                  std::optional<absl::CivilDay> monday) {
    for (const v1::LevelResult& result : levels) {
      if (result.judgement() != v1::LEVEL_JUDGEMENT_MISSED) continue;
      v1::Breach breach;
      *breach.mutable_level() = result;
      if (monday) *breach.mutable_week() = kefu::convert::ToProto(*monday);
      // A month in which the contract ends is judged as of the contract's last day.
      breach.set_in_trial(
          terms_.InTrial(monday ? *monday + 6 : std::min(LastDay(), terms_.last_day)));
      const std::string cause = fmt::format("level {} {}", result.level().metric_id(),
                                            v1::ServiceBound_Name(result.level().bound()));
      found_[monday ? fmt::format("week {} {}", FormatDay(*monday), cause) : cause] =
          std::move(breach);
    }
  }

  // Those due in the month.
  void FindMissedMilestones(absl::CivilDay today) {
    for (const size_t i : MissedMilestones(contract_, terms_, month_, today)) {
      v1::Breach breach;
      *breach.mutable_milestone() = contract_.milestones(static_cast<int>(i));
      breach.set_in_trial(terms_.InTrial(terms_.milestones[i].due_day));
      found_[CauseOf(terms_.milestones[i])] = std::move(breach);
    }
  }

  // Opens what is new, withdraws what later figures do not bear out; decisions stay.
  absl::Status Keep() {
    ASSIGN_OR_RETURN(const auto before,
                     store::BreachesOf(t_, org_id_, contract_.contract_id(), month_, month_));
    for (const store::BreachRow& row : before) {
      ASSIGN_OR_RETURN(v1::Breach breach, BreachOf(row));
      const auto again = found_.find(row.cause);
      const bool open = breach.state() == v1::BREACH_STATE_OPEN;
      const bool withdrawn = breach.state() == v1::BREACH_STATE_WITHDRAWN;
      if (again == found_.end() && open) {
        RETURN_IF_ERROR(Save(row, std::move(breach), v1::BREACH_STATE_WITHDRAWN));
      } else if (again != found_.end() && (open || withdrawn)) {
        v1::Breach renewed = again->second;
        renewed.set_breach_id(row.id);
        *renewed.mutable_create_time() = breach.create_time();
        if (withdrawn || renewed.level().numerator() != breach.level().numerator() ||
            renewed.level().denominator() != breach.level().denominator()) {
          RETURN_IF_ERROR(Save(row, std::move(renewed), v1::BREACH_STATE_OPEN));
        }
      }
      if (again != found_.end()) found_.erase(again);
    }
    for (auto& [cause, breach] : found_) {
      const store::BreachRow row{.id = deps_.ids.Next(), .cause = cause, .create_time = now_};
      breach.set_breach_id(row.id);
      *breach.mutable_create_time() = kefu::convert::ToProto(now_);
      RETURN_IF_ERROR(Save(row, breach, v1::BREACH_STATE_OPEN));
    }
    return absl::OkStatus();
  }

  absl::Status Save(store::BreachRow row, v1::Breach breach, v1::BreachState state) {
    breach.set_contract_id(contract_.contract_id());
    *breach.mutable_month() = kefu::convert::ToProto(month_);
    breach.set_state(state);
    *breach.mutable_update_time() = kefu::convert::ToProto(now_);
    row.month = month_;
    row.state = kefu::convert::StoredName(state, "BREACH_STATE_");
    row.body = breach.SerializeAsString();
    row.update_time = now_;
    RETURN_IF_ERROR(store::SaveBreach(t_, org_id_, contract_.contract_id(), row));
    v1::BreachChanged event;
    *event.mutable_breach() = std::move(breach);
    t_.AfterCommit(deps_.on_events);
    return events::Append(t_, org_id_, contract_.contract_id(), event, now_);
  }

  absl::Status Tell(v1::CheckContractResponse& response) {
    ASSIGN_OR_RETURN(const BreachesSoFar so_far, BreachesUpTo(t_, org_id_, contract_, month_));
    for (const v1::Breach& breach : so_far.of_month) *response.add_breaches() = breach;
    if (so_far.demand) response.set_demand(static_cast<v1::BreachDemand>(*so_far.demand));
    return absl::OkStatus();
  }

  absl::CivilDay LastDay() const { return absl::CivilDay(absl::CivilMonth(month_) + 1) - 1; }

  const Dependencies& deps_;
  db::Transaction& t_;
  const std::string_view org_id_;
  const v1::Contract& contract_;
  const outsourcing::Terms terms_;
  const absl::CivilDay month_;
  const absl::Time now_;
  std::map<std::string, v1::Breach> found_;  // by cause
};

}  // namespace

absl::StatusOr<v1::Contract> ContractOf(const store::ContractRow& row) {
  v1::Contract contract;
  if (!contract.ParseFromString(row.body)) return Internal("a stored contract does not parse");
  contract.set_contract_id(row.id);
  *contract.mutable_create_time() = kefu::convert::ToProto(row.info.create_time);
  *contract.mutable_update_time() = kefu::convert::ToProto(row.info.update_time);
  contract.set_etag(convert::Etag(row.info));
  return contract;
}

absl::StatusOr<v1::Breach> BreachOf(const store::BreachRow& row) {
  v1::Breach breach;
  if (!breach.ParseFromString(row.body)) return Internal("a stored breach does not parse");
  return breach;
}

v1::Contract WithoutPrices(v1::Contract contract) {
  contract.clear_price();
  contract.clear_penalty_cap_bps();
  for (v1::ServiceLevel& level : *contract.mutable_levels()) level.clear_penalty();
  for (v1::Milestone& milestone : *contract.mutable_milestones()) milestone.clear_penalty();
  return contract;
}

v1::LevelResult WithoutPrices(v1::LevelResult level) {
  level.mutable_level()->clear_penalty();
  return level;
}

v1::Breach WithoutPrices(v1::Breach breach) {
  if (breach.has_level()) *breach.mutable_level() = WithoutPrices(breach.level());
  if (breach.has_milestone()) breach.mutable_milestone()->clear_penalty();
  return breach;
}

bool Stands(const v1::Breach& breach) {
  return breach.state() == v1::BREACH_STATE_OPEN || breach.state() == v1::BREACH_STATE_CHARGED;
}

absl::StatusOr<v1::Contract> SaveContract(const Dependencies& deps, db::Transaction& t,
                                          std::string_view org_id, store::ContractRow row,
                                          v1::Contract contract, absl::Time now) {
  contract.clear_contract_id();
  contract.clear_create_time();
  contract.clear_update_time();
  contract.clear_etag();
  row.body = contract.SerializeAsString();
  if (row.id.empty()) {
    row.id = deps.ids.Next();
    row.info = {1, now, now};
    RETURN_IF_ERROR(store::InsertContract(
        t, org_id, row, {contract.shop_ids().begin(), contract.shop_ids().end()}));
  } else {
    row.info = {row.info.version + 1, row.info.create_time, now};
    RETURN_IF_ERROR(store::UpdateContract(t, org_id, row));
  }
  v1::ContractChanged event;
  ASSIGN_OR_RETURN(*event.mutable_contract(), ContractOf(row));
  t.AfterCommit(deps.on_events);
  RETURN_IF_ERROR(events::Append(t, org_id, row.id, event, now));
  return event.contract();
}

absl::CivilDay MonthOf(bool present, const kefu::common::v1::Date& month,
                       FieldViolations& violations) {
  return absl::CivilDay(
      absl::CivilMonth(convert::RequiredDay(present, month, "month", violations)));
}

bool ContractFigures::complete() const {
  return std::ranges::none_of(
      reports, [](const v1::ContractReport& report) { return report.report_id().empty(); });
}

absl::StatusOr<ContractFigures> LoadMonth(db::Transaction& t, std::string_view org_id,
                                          const v1::Contract& contract, absl::CivilDay month) {
  ContractFigures figures;
  const outsourcing::Terms terms = convert::TermsOf(contract);
  // Agencies answer for whole months.
  const bool by_days = contract.kind() == v1::CONTRACT_KIND_BASE && terms.CoversInPart(month);
  ASSIGN_OR_RETURN(const std::set<std::string> agents, AgentsOf(t, org_id, contract));
  for (const std::string& shop_id : contract.shop_ids()) {
    ASSIGN_OR_RETURN(const auto rows,
                     store::MonthOfShop(t, org_id, shop_id, absl::CivilMonth(month)));
    std::map<std::string, store::DaysRow> days;
    if (by_days) {
      ASSIGN_OR_RETURN(auto told, store::DaysOfShop(t, org_id, shop_id, absl::CivilMonth(month)));
      for (store::DaysRow& row : told) days[row.agent_id] = std::move(row);
    }
    const auto read = [&](const store::MonthRow& row) -> absl::StatusOr<std::optional<ReportRow>> {
      if (!by_days) return BodyOf(row);
      const auto found = days.find(row.agent_id);
      if (found == days.end() || found->second.report_version != row.report_version) {
        return std::nullopt;
      }
      ASSIGN_OR_RETURN(const std::optional<ReportRow> whole, BodyOf(row));
      return InForce(*whole, found->second.body, terms);
    };
    RETURN_IF_ERROR(AddShop(rows, shop_id, agents, read, figures));
  }
  return figures;
}

absl::StatusOr<ContractFigures> LoadWeek(db::Transaction& t, std::string_view org_id,
                                         const v1::Contract& contract, absl::CivilDay monday) {
  ContractFigures figures;
  ASSIGN_OR_RETURN(const std::set<std::string> agents, AgentsOf(t, org_id, contract));
  for (const std::string& shop_id : contract.shop_ids()) {
    ASSIGN_OR_RETURN(const auto rows, store::WeekOfShop(t, org_id, shop_id, monday));
    RETURN_IF_ERROR(AddShop(rows, shop_id, agents, BodyOf<store::WeekRow>, figures));
  }
  return figures;
}

absl::StatusOr<v1::WeekResult> JudgeWeek(db::Transaction& t, std::string_view org_id,
                                         const v1::Contract& contract, absl::CivilDay monday) {
  v1::WeekResult result;
  *result.mutable_week() = kefu::convert::ToProto(monday);
  ASSIGN_OR_RETURN(ContractFigures figures, LoadWeek(t, org_id, contract, monday));
  for (v1::ContractReport& report : figures.reports) *result.add_reports() = std::move(report);
  for (const outsourcing::LevelResult& level : outsourcing::JudgeLevels(
           convert::TermsOf(contract), outsourcing::LevelPeriod::kWeek, figures.figures)) {
    *result.add_levels() = convert::ToProto(contract, level);
  }
  return result;
}

absl::StatusOr<BreachesSoFar> BreachesUpTo(db::Transaction& t, std::string_view org_id,
                                           const v1::Contract& contract, absl::CivilDay month) {
  BreachesSoFar so_far;
  const absl::CivilDay oldest(absl::CivilMonth(month) - kMonthsBack);
  ASSIGN_OR_RETURN(const auto rows,
                   store::BreachesOf(t, org_id, contract.contract_id(), oldest, month));
  std::vector<absl::CivilDay> months;
  for (const store::BreachRow& row : rows) {
    ASSIGN_OR_RETURN(const v1::Breach breach, BreachOf(row));
    if (Stands(breach)) months.push_back(row.month);
    if (row.month == month) so_far.of_month.push_back(breach);
  }
  so_far.demand = outsourcing::DemandOf(convert::TermsOf(contract), months, month);
  return so_far;
}

absl::StatusOr<bool> OpenMissedMilestones(const Dependencies& deps, db::Transaction& t,
                                          std::string_view org_id, const v1::Contract& contract,
                                          absl::CivilDay today, absl::Time now) {
  const outsourcing::Terms terms = convert::TermsOf(contract);
  bool opened = false;
  for (const absl::CivilMonth each : {absl::CivilMonth(today) - 1, absl::CivilMonth(today)}) {
    const absl::CivilDay month(each);
    const std::vector<size_t> missed = MissedMilestones(contract, terms, month, today);
    if (missed.empty()) continue;
    const std::string& id = contract.contract_id();
    ASSIGN_OR_RETURN(const auto issued, store::FindInvoice(t, org_id, id, month));
    ASSIGN_OR_RETURN(const auto known, store::BreachesOf(t, org_id, id, month, month));
    const bool all_known = std::ranges::all_of(missed, [&](size_t i) {
      return std::ranges::count(known, CauseOf(terms.milestones[i]), &store::BreachRow::cause) > 0;
    });
    if (issued || all_known) continue;
    RETURN_IF_ERROR(CheckMonth(deps, t, org_id, contract, month, today, now).status());
    opened = true;
  }
  return opened;
}

absl::StatusOr<v1::CheckContractResponse> CheckMonth(const Dependencies& deps, db::Transaction& t,
                                                     std::string_view org_id,
                                                     const v1::Contract& contract,
                                                     absl::CivilDay month, absl::CivilDay today,
                                                     absl::Time now) {
  return MonthCheck(deps, t, org_id, contract, month, now).Run(today);
}

absl::Status CheckContractsOfShop(const Dependencies& deps, db::Transaction& t,
                                  std::string_view org_id, std::string_view shop_id,
                                  absl::CivilDay month, absl::Time now) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, org_id));
  const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(month) + 1) - 1;
  ASSIGN_OR_RETURN(const auto rows, store::ContractsOfShop(t, org_id, shop_id, month, last));
  for (const store::ContractRow& each : rows) {
    ASSIGN_OR_RETURN(const store::ContractRow row, store::LockContract(t, org_id, each.id));
    ASSIGN_OR_RETURN(const v1::Contract contract, ContractOf(row));
    RETURN_IF_ERROR(
        CheckMonth(deps, t, org_id, contract, month, absl::ToCivilDay(now, zone), now).status());
  }
  return absl::OkStatus();
}

}  // namespace kefu::staffing
