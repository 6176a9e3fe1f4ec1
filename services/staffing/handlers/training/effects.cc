// Whether figures moved after trainings, from the days that performance has told.
#include <algorithm>
#include <map>

#include "common/time/civil.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/handlers/training/training_handlers.h"
#include "services/staffing/store/days.h"

namespace kefu::staffing {
namespace {

using performance::v1::MonthReported;

constexpr int kMostDays = 3'660;        // of a period of sessions
constexpr int kSessionsAtOnce = 500;    // a list in a statement
constexpr int kMostEffectsShown = 200;  // each reads some months of days

bool Attended(const v1::TrainingEnrolment& enrolment) {
  return enrolment.state() == v1::ENROLMENT_STATE_ATTENDED ||
         enrolment.state() == v1::ENROLMENT_STATE_PASSED ||
         enrolment.state() == v1::ENROLMENT_STATE_FAILED;
}

// One metric of an agent's days, as far as it was told.
struct Told {
  training::ToldDays days;
  bool by_day = true;                    // every month that was told carries its days
  std::optional<convert::DayUnit> unit;  // nothing: the agent had none
  std::vector<std::string> definitions;
};

// Adds one month of the agent; a metric that the month's days do not carry adds nothing.
void AddMonth(const MonthReported& reported, absl::CivilMonth month, const std::string& metric_id,
              Told& told) {
  const auto& ids = reported.day_metric_ids();
  const auto place = std::ranges::find(ids, metric_id);
  if (place == ids.end() || reported.agents().empty()) return;
  const int index = static_cast<int>(place - ids.begin());
  const performance::v1::AgentMonth& agent = reported.agents(0);
  const auto value =
      std::ranges::find(agent.month().values(), metric_id,
                        [](const performance::v1::MetricValue& each) { return each.metric_id(); });
  const bool known = value != agent.month().values().end();
  bool divided = false;
  for (const performance::v1::AgentDay& day : agent.days()) {
    if (index >= day.numerators_size() || index >= day.denominators_size()) continue;
    divided = divided || day.denominators(index) != 0;
    told.days[month].push_back(
        {kefu::convert::FromProto(day.day()), day.numerators(index), day.denominators(index)});
  }
  if (!told.unit || divided) {
    // A sum always has a value: without one it is a share or a mean over nothing.
    told.unit = convert::DayUnitOf(
        known ? value->unit() : performance::v1::METRIC_UNIT_UNSPECIFIED,
        divided || (known && (value->denominator() != 0 || !value->has_value())));
  }
}

class EffectReader {
 public:
  EffectReader(db::Transaction& t, std::string_view org_id, const training::Catalogue& catalogue)
      : t_(t), org_id_(org_id), catalogue_(catalogue) {}

  struct Read {
    training::Effect effect;
    std::vector<std::string> definitions;
  };
  absl::StatusOr<Read> Of(const v1::TrainingEnrolment& enrolment) {
    Read read;
    if (enrolment.metric_id().empty() || enrolment.shop_id().empty()) return read;
    ASSIGN_OR_RETURN(const training::Window days, DaysOf(enrolment));
    const training::Window before = training::Before(days, catalogue_.effect.days);
    const training::Window after = training::After(days, catalogue_.effect.days);
    ASSIGN_OR_RETURN(Told told, Load(enrolment, before, after));
    read.definitions = std::move(told.definitions);
    if (!told.by_day) return read;
    // Of nothing the unit does not matter.
    const convert::DayUnit unit = told.unit.value_or(convert::DayUnit{});
    ASSIGN_OR_RETURN(const auto cause, CauseOf(enrolment));
    read.effect = training::Judge(catalogue_.effect, days, unit.unit, unit.scale, told.days, cause);
    return read;
  }

 private:
  // The days of the very figure that led to the course.
  absl::StatusOr<std::optional<training::Window>> CauseOf(const v1::TrainingEnrolment& enrolment) {
    if (enrolment.training_assignment_id().empty()) return std::nullopt;
    ASSIGN_OR_RETURN(const auto row, store::FindRecord(t_, store::kTrainings, org_id_,
                                                       enrolment.training_assignment_id()));
    ASSIGN_OR_RETURN(const auto assignment, MessageOf<v1::TrainingAssignment>(row));
    const v1::WeakFigure& figure = assignment.figure();
    if (!assignment.has_figure() || figure.metric_id() != enrolment.metric_id() ||
        figure.shop_id() != enrolment.shop_id()) {
      return std::nullopt;
    }
    return training::Window{kefu::convert::FromProto(figure.period().start_date()),
                            kefu::convert::FromProto(figure.period().end_date())};
  }

  // In the shop's zone; a session may end on the day after it began.
  absl::StatusOr<training::Window> DaysOf(const v1::TrainingEnrolment& enrolment) {
    auto [zone, is_new] = zones_.try_emplace(enrolment.shop_id());
    if (is_new) {
      ASSIGN_OR_RETURN(const auto shop,
                       store::Find<domain::Shop>(t_, org_id_, enrolment.shop_id()));
      ASSIGN_OR_RETURN(zone->second, LoadZone(shop.time_zone));
    }
    const int64_t start = enrolment.start_time().seconds();
    // One that ends at midnight has not begun the next day; it lasts at least its first second.
    const int64_t last = std::max(start, enrolment.end_time().seconds() - 1);
    return training::Window{absl::ToCivilDay(absl::FromUnixSeconds(start), zone->second),
                            absl::ToCivilDay(absl::FromUnixSeconds(last), zone->second)};
  }

  absl::StatusOr<Told> Load(const v1::TrainingEnrolment& enrolment, const training::Window& before,
                            const training::Window& after) {
    Told told;
    ASSIGN_OR_RETURN(const auto rows,
                     store::DaysOf(t_, org_id_, enrolment.shop_id(), enrolment.agent_id(),
                                   absl::CivilMonth(before.first), absl::CivilMonth(after.last)));
    for (const store::DaysRow& row : rows) {
      MonthReported reported;
      if (!reported.ParseFromString(row.body)) return Internal("stored days do not parse");
      if (!row.agent_id.empty()) {
        AddMonth(reported, row.month, enrolment.metric_id(), told);
        continue;
      }
      told.days.try_emplace(row.month);
      const auto& ids = reported.day_metric_ids();
      told.by_day = told.by_day && std::ranges::find(ids, enrolment.metric_id()) != ids.end();
      if (std::ranges::find(told.definitions, reported.definition()) == told.definitions.end()) {
        told.definitions.push_back(reported.definition());
      }
    }
    // What a report has told of an agent counts when it has told of everybody.
    std::erase_if(told.days, [&](const auto& month) {
      return std::ranges::none_of(rows, [&](const store::DaysRow& row) {
        return row.agent_id.empty() && row.month == month.first;
      });
    });
    return told;
  }

  db::Transaction& t_;
  const std::string_view org_id_;
  const training::Catalogue& catalogue_;
  std::map<std::string, absl::TimeZone> zones_;
};

v1::TrainingEffect EffectOf(const v1::TrainingEnrolment& enrolment, const EffectReader::Read& read,
                            int32_t catalogue_version) {
  v1::TrainingEffect proto;
  const bool measured = read.effect.state != training::EffectState::kNotMeasured;
  if (measured) {
    proto = convert::ToProto(read.effect);
  } else {
    proto.set_state(v1::EFFECT_STATE_NOT_MEASURED);
  }
  proto.set_session_id(enrolment.session_id());
  proto.set_agent_id(enrolment.agent_id());
  proto.set_course_id(enrolment.course_id());
  proto.set_metric_id(enrolment.metric_id());
  proto.set_shop_id(enrolment.shop_id());
  for (const std::string& definition : read.definitions) proto.add_definitions(definition);
  proto.set_catalogue_version(catalogue_version);
  return proto;
}

// Ids of a course's sessions that began in the days.
absl::StatusOr<std::vector<std::string>> SessionsOf(db::Transaction& t, const RequestContext& ctx,
                                                    const std::string& course_id,
                                                    const std::optional<convert::Days>& days) {
  std::vector<std::string> ids;
  const std::vector<std::string> owners = {course_id};
  ASSIGN_OR_RETURN(const auto rows, store::RecordsOf(t, store::kSessions, ctx.org_id(), owners));
  for (const store::RecordRow& row : rows) {
    if (days && (!row.due_day || *row.due_day < days->first || *row.due_day > days->last)) continue;
    ids.push_back(row.id);
  }
  return ids;
}

}  // namespace

absl::StatusOr<v1::ListTrainingEffectsResponse> TrainingHandlers::ListTrainingEffects(
    const RequestContext& ctx, const v1::ListTrainingEffectsRequest& request) const {
  RETURN_IF_ERROR(
      RequireListing(store::Reader(deps_.database, ctx.deadline), ctx, request.agent_id()));
  FieldViolations violations;
  convert::OptionalId(request.session_id(), "session_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  v1::ListTrainingEffectsRequest few = request;
  few.set_page_size(std::min(request.page_size(), kMostEffectsShown));
  ASSIGN_OR_RETURN(
      auto page,
      FetchPage<RecordList>(
          deps_, ctx, few, fmt::format("{} {}", request.agent_id(), request.session_id()),
          [&](store::Reader r, store::Page keys) {
            return store::ListRecords(
                r, store::kEnrolments, ctx.org_id(), keys,
                {.owner_id = request.agent_id(), .subject_id = request.session_id()});
          }));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListTrainingEffectsResponse> {
        v1::ListTrainingEffectsResponse response;
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        EffectReader reader(t, ctx.org_id(), catalogue);
        for (const store::RecordRow& row : page.records) {
          ASSIGN_OR_RETURN(const auto enrolment, MessageOf<v1::TrainingEnrolment>(row));
          if (!Attended(enrolment)) continue;
          ASSIGN_OR_RETURN(const EffectReader::Read read, reader.Of(enrolment));
          *response.add_effects() = EffectOf(enrolment, read, catalogue.version);
        }
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

absl::StatusOr<v1::CourseEffect> TrainingHandlers::GetCourseEffect(
    const RequestContext& ctx, const v1::GetCourseEffectRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.course_id(), "course_id", violations);
  const auto days =
      convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(!days || days->last - days->first < kMostDays, "period",
                   fmt::format("must be at most {} days", kMostDays));
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireReading(ctx, ""));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::CourseEffect> {
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        ASSIGN_OR_RETURN(const auto sessions, SessionsOf(t, ctx, request.course_id(), days));
        if (sessions.empty() && catalogue.FindCourse(request.course_id()) == nullptr) {
          return error::CourseUnknown(request.course_id());
        }
        EffectReader reader(t, ctx.org_id(), catalogue);
        std::map<std::string, std::vector<training::Effect>> by_metric;
        for (size_t i = 0; i < sessions.size(); i += kSessionsAtOnce) {
          const auto some = std::span(sessions).subspan(
              i, std::min<size_t>(kSessionsAtOnce, sessions.size() - i));
          ASSIGN_OR_RETURN(const auto rows, store::EnrolmentsOf(t, ctx.org_id(), some));
          for (const store::RecordRow& row : rows) {
            ASSIGN_OR_RETURN(const auto enrolment, MessageOf<v1::TrainingEnrolment>(row));
            if (!Attended(enrolment)) continue;
            ASSIGN_OR_RETURN(const EffectReader::Read read, reader.Of(enrolment));
            by_metric[enrolment.metric_id()].push_back(read.effect);
          }
        }
        v1::CourseEffect effect;
        effect.set_course_id(request.course_id());
        for (const auto& [metric_id, effects] : by_metric) {
          *effect.add_metrics() = convert::ToProto(metric_id, training::Sum(effects));
        }
        effect.set_catalogue_version(catalogue.version);
        return effect;
      });
}

}  // namespace kefu::staffing
