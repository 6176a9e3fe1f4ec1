// A world in which staffing tells of agents, and cases are given to them.
#pragma once

#include <string>
#include <vector>

#include "kefu/aftersales/v1/assignment.grpc.pb.h"
#include "kefu/staffing/v1/competence.pb.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "kefu/staffing/v1/handovers.pb.h"
#include "kefu/staffing/v1/leave.pb.h"
#include "services/aftersales/handlers/assignment/assignment_job.h"
#include "services/aftersales/handlers/assignment/staffing_feed.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {

namespace staffing = ::kefu::staffing::v1;
using AssignmentStub = v1::AssignmentService::Stub;

class AssignmentTest : public AftersalesTest {
 protected:
  explicit AssignmentTest(int pool_size = 8) : AftersalesTest(pool_size) {
    assignment_stub_ = v1::AssignmentService::NewStub(host_.channel());
    // Nobody serves any shop yet.
    for (const char* table : {"agent", "assignment_shop"}) {
      Db().Exec(fmt::format("DELETE FROM {}", table));
    }
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (AssignmentStub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*assignment_stub_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (AssignmentStub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }

  // Somebody who serves the shop after sales since 2025; `more` of the agent.
  void Hire(const std::string& agent, const std::string& shop = "shop-1",
            const std::string& more = "", const std::string& org_id = "org-a") {
    Hear<staffing::AgentChanged>(
        org_id, fmt::format(R"(agent {{ agent_id: "{}" hire_date {{ year: 2025 month: 1 day: 1 }}
                                        {} }})",
                            agent, more));
    if (shop.empty()) return;
    Hear<staffing::AssignmentChanged>(
        org_id, fmt::format(R"(assignment {{ assignment_id: "{0}-{1}" agent_id: "{0}"
                                             shop_id: "{1}" duty: DUTY_AFTER_SALES
                                             start_date {{ year: 2025 month: 1 day: 1 }} }})",
                            agent, shop));
  }
  void StartShift(const std::string& agent, const std::string& id) {
    Hear<staffing::DutyShiftChanged>("org-a",
                                     fmt::format(R"(duty_shift {{ duty_shift_id: "{}" agent_id: "{}"
                                              start_time {{ seconds: 1 }} }})",
                                                 id, agent));
  }
  void EndShift(const std::string& agent, const std::string& id) {
    Hear<staffing::DutyShiftChanged>("org-a",
                                     fmt::format(R"(duty_shift {{ duty_shift_id: "{}" agent_id: "{}"
                                              start_time {{ seconds: 1 }}
                                              end_time {{ seconds: 2 }} }})",
                                                 id, agent));
  }
  void SetRules(const std::string& rules) {
    ASSERT_OK(Do(&AssignmentStub::SetAssignmentPolicy,
                 "policy { automatic: true hand_over: true retry_seconds: 60 default_language: "
                 "'zh' " +
                     rules + " }"));
  }

  // Opens a case that names no agent; answers who got it.
  std::string OpenFree(const std::string& name, const std::string& more = "") {
    v1::OpenCaseRequest request;
    *request.mutable_case_() = Parse<v1::Case>(
        "shop_id: 'shop-1' kind: CASE_KIND_SERVICE_COMPLAINT channel: CASE_CHANNEL_CHAT "
        "problem: '态度生硬'");
    request.mutable_case_()->MergeFrom(Parse<v1::Case>(more));
    const auto made = rpc::Call(*stub_, &Stub::OpenCase, request, As("org-a"));
    EXPECT_OK(made);
    if (!made.ok()) return "";
    names_[name] = made->case_id();
    return made->assignee_agent_id();
  }
  std::string AssigneeOf(const std::string& name) {
    const auto record = Call(&Stub::GetCase, fmt::format(R"(case_id: "{}")", name));
    EXPECT_OK(record);
    return record.ok() ? record->assignee_agent_id() : "";
  }
  // The history as "verb note", oldest first.
  std::vector<std::string> HistoryOf(const std::string& name) {
    const auto list = Call(&Stub::ListCaseActivities, fmt::format(R"(case_id: "{}")", name));
    EXPECT_OK(list);
    std::vector<std::string> lines;
    for (const auto& one : list->activities()) lines.push_back(one.verb() + " " + one.note());
    return lines;
  }
  // What the job does now.
  int Work() {
    AssignmentJob job(*database_, clock_, ids_, [] {}, nullptr, {.batch = 2});
    const auto moved = job.RunOnce(absl::InfiniteFuture());
    EXPECT_OK(moved);
    return moved.value_or(-1);
  }
  rpc::CallOptions AsAgent(const std::string& agent_id, std::vector<std::string> shops = {}) {
    return {.token = host_.tokens().Sign({.subject = "person-of-" + agent_id,
                                          .org_id = "org-a",
                                          .agent_id = agent_id,
                                          .shops = std::move(shops),
                                          .roles = {auth::Role::kAgent}},
                                         absl::Hours(24 * 30))};
  }
  // Somebody of a base with a grant for shop-1 of org-a.
  rpc::CallOptions AsBase(const std::string& agent_id, auth::Role role = auth::Role::kAgent,
                          const std::string& shop = "shop-1",
                          const std::string& merchant = "org-a") {
    return {.token = host_.tokens().Sign(
                {.subject = "person-of-" + agent_id,
                 .org_id = "base-1",
                 .base_id = "base-1",
                 .agent_id = agent_id,
                 .roles = {role},
                 .grants = {{merchant, shop, "base-1-1", absl::CivilDay(2026, 1, 1),
                             absl::CivilDay(2026, 12, 31)}}},
                absl::Hours(24 * 30))};
  }

  std::unique_ptr<AssignmentStub> assignment_stub_;
};

}  // namespace kefu::aftersales
