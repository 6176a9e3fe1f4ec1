// TrainingService beside StaffingService, and what performance tells.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/convert/fields.h"
#include "kefu/performance/v1/events.pb.h"
#include "kefu/performance/v1/weeks.pb.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "kefu/staffing/v1/training.grpc.pb.h"
#include "services/staffing/handlers/performance_events.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

// The day is 15 January 2026 in Shanghai. $AGENT serves $SHOP1 before the sale, whose zone is
// Tokyo's.
class TrainingTest : public StaffingTest {
 protected:
  using Training = v1::TrainingService::Stub;
  using Staffing = v1::StaffingService::Stub;
  using Careers = v1::CareerService::Stub;

  explicit TrainingTest(int pool_size = 8)
      : StaffingTest(pool_size),
        training_(v1::TrainingService::NewStub(host_.channel())),
        careers_(v1::CareerService::NewStub(host_.channel())) {}
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Training::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*training_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Training::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }

  static std::string Day(int year, int month, int day) {
    return fmt::format("{{ year: {} month: {} day: {} }}", year, month, day);
  }
  // A colleague of $AGENT who serves $SHOP1; the name stands for the id.
  void Add(const std::string& name, const std::string& duty = "DUTY_PRE_SALES") {
    ASSERT_OK_AND_ASSIGN(const v1::Agent agent, Call(&Staffing::CreateAgent,
                                                     R"pb(agent {
                                                            display_name: "小丽"
                                                            employment: EMPLOYMENT_OWN
                                                            team_id: "$TEAM1"
                                                            hire_date { year: 2025 month: 6 day: 1 }
                                                          })pb"));
    world_[name] = agent.agent_id();
    ASSERT_OK(Call(&Staffing::AssignAgent,
                   fmt::format(R"(assignment {{ agent_id: "{}" shop_id: "$SHOP1" duty: {}
                                  start_date {{ year: 2025 month: 6 day: 1 }} }})",
                               name, duty)));
  }

  struct Share {
    int64_t numerator = 0, denominator = 0;
  };
  struct AgentFigures {
    Share replies, conversion;
    std::vector<std::pair<absl::CivilDay, Share>> days;  // replies of days
  };
  static void Put(performance::v1::ReportRow& row, const AgentFigures& figures) {
    for (const auto& [id, share] :
         {std::pair("reply_rate", figures.replies), {"conversion", figures.conversion}}) {
      if (share.denominator == 0) continue;
      performance::v1::MetricValue& value = *row.add_values();
      value.set_metric_id(id);
      value.set_unit(performance::v1::METRIC_UNIT_RATIO);
      value.set_numerator(share.numerator);
      value.set_denominator(share.denominator);
      value.set_value(static_cast<double>(share.numerator) /
                      static_cast<double>(share.denominator));
    }
  }
  void Apply(const google::protobuf::Message& payload) {
    common::v1::Event event;
    event.set_org_id("org-a");
    *event.mutable_create_time() = kefu::convert::ToProto(clock_.Now());
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return ApplyPerformanceEvent({*database_, ids_, [] {}}, t, event);
    }));
  }
  template <class Event>
  Event EventOf(absl::CivilDay first, absl::CivilDay last, int version) {
    Event event;
    event.set_report_id(fmt::format("report-{}", absl::FormatCivilTime(first)));
    event.set_shop_id(world_["$SHOP1"]);
    event.set_version(version);
    event.set_definition("default@1");
    *event.mutable_period()->mutable_start_date() = kefu::convert::ToProto(first);
    *event.mutable_period()->mutable_end_date() = kefu::convert::ToProto(last);
    event.set_last(true);
    return event;
  }
  using Everybody = std::map<std::string, AgentFigures>;
  // A part of a month's report; the days carry replies and the customers.
  void TellMonth(absl::CivilMonth month, const Everybody& agents, const AgentFigures& shop,
                 int version = 1, bool last = true) {
    auto reported = EventOf<performance::v1::MonthReported>(absl::CivilDay(month),
                                                            absl::CivilDay(month + 1) - 1, version);
    reported.set_last(last);
    reported.add_day_metric_ids("consulted");
    reported.add_day_metric_ids("reply_rate");
    Put(*reported.mutable_shop(), shop);
    for (const auto& [name, figures] : agents) {
      performance::v1::AgentMonth& agent = *reported.add_agents();
      agent.mutable_month()->set_row_id(Fill(name));
      Put(*agent.mutable_month(), figures);
      for (const auto& [day, share] : figures.days) {
        performance::v1::AgentDay& out = *agent.add_days();
        *out.mutable_day() = kefu::convert::ToProto(day);
        out.add_numerators(share.denominator);
        out.add_denominators(0);
        out.add_numerators(share.numerator);
        out.add_denominators(share.denominator);
      }
    }
    Apply(reported);
  }
  void TellWeek(absl::CivilDay monday, const Everybody& agents, const AgentFigures& shop,
                int version = 1) {
    auto reported = EventOf<performance::v1::WeekReported>(monday, monday + 6, version);
    Put(*reported.mutable_shop(), shop);
    for (const auto& [name, figures] : agents) {
      performance::v1::ReportRow& row = *reported.add_agents();
      row.set_row_id(Fill(name));
      Put(row, figures);
    }
    Apply(reported);
  }

  std::vector<v1::TrainingAssignment> Assigned(const std::string& filter = "") {
    const auto list = Do(&Training::ListTrainingAssignments, filter);
    EXPECT_OK(list);
    return list.ok() ? std::vector<v1::TrainingAssignment>(list->assignments().begin(),
                                                           list->assignments().end())
                     : std::vector<v1::TrainingAssignment>{};
  }
  // Of a course from one instant, RFC 3339 without zone in UTC, for two hours.
  absl::StatusOr<v1::TrainingSession> Schedule(const std::string& name, const std::string& course,
                                               const std::string& start, int places = 10) {
    absl::Time time;
    EXPECT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%M", start, &time, nullptr));
    auto session = Do(&Training::ScheduleTrainingSession,
                      fmt::format(R"(session {{ course_id: "{}" start_time {{ seconds: {} }}
                                     end_time {{ seconds: {} }} place: "二楼会议室"
                                     trainer_kind: TRAINER_KIND_TRAINER trainer: "王老师"
                                     places: {} }})",
                                  course, absl::ToUnixSeconds(time),
                                  absl::ToUnixSeconds(time + absl::Hours(2)), places));
    if (session.ok()) world_[name] = session->session_id();
    return session;
  }
  absl::StatusOr<v1::TrainingEnrolment> Enrol(const std::string& session,
                                              const std::string& agent = "$AGENT") {
    return Do(&Training::EnrolAgent,
              fmt::format(R"(session_id: "{}" agent_id: "{}")", session, agent));
  }
  absl::StatusOr<v1::TrainingEnrolment> Attend(const std::string& session,
                                               const std::string& more = "") {
    return Do(&Training::RecordTrainingAttendance,
              fmt::format(R"(session_id: "{}" agent_id: "$AGENT" {})", session, more));
  }
  absl::StatusOr<v1::TrainingEnrolment> Score(const std::string& session, int score) {
    return Do(&Training::RecordTrainingResult,
              fmt::format(R"(session_id: "{}" agent_id: "$AGENT" score: {})", session, score));
  }
  // The catalogue in force, changed by `change`.
  template <class F>
  absl::StatusOr<v1::TrainingCatalogue> Change(F change) {
    ASSIGN_OR_RETURN(auto catalogue, Do(&Training::GetTrainingCatalogue, ""));
    change(catalogue);
    v1::SetTrainingCatalogueRequest request;
    *request.mutable_catalogue() = catalogue;
    return rpc::Call(*training_, &Training::SetTrainingCatalogue, request, As("org-a"));
  }
  // Whoever passes "service_details" gets a certificate for a year.
  void GiveCertificates() {
    ASSERT_OK(Change([](v1::TrainingCatalogue& catalogue) {
      v1::CourseAward& award = *catalogue.mutable_courses(0)->mutable_award();
      award.set_certificate_kind("service_details");
      award.set_valid_months(12);
    }));
  }

  std::unique_ptr<Training> training_;
  std::unique_ptr<Careers> careers_;
};

}  // namespace kefu::staffing
