// Checklists, working rules and supplies beside StaffingService.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kefu/staffing/v1/announcements.grpc.pb.h"
#include "kefu/staffing/v1/careers.grpc.pb.h"
#include "kefu/staffing/v1/checklists.grpc.pb.h"
#include "kefu/staffing/v1/supplies.grpc.pb.h"
#include "kefu/staffing/v1/working_rules.grpc.pb.h"
#include "services/staffing/jobs/checklist_job.h"
#include "services/staffing/tests/fixture.h"

namespace kefu::staffing {

class WorkplaceTest : public StaffingTest {
 protected:
  using Lists = v1::ChecklistService::Stub;
  using Rules = v1::WorkingRuleService::Stub;
  using Supplies = v1::SupplyService::Stub;
  using Career = v1::CareerService::Stub;
  using News = v1::AnnouncementService::Stub;
  using Staffing = v1::StaffingService::Stub;

  explicit WorkplaceTest(int pool_size = 8)
      : StaffingTest(pool_size),
        lists_(v1::ChecklistService::NewStub(host_.channel())),
        rules_(v1::WorkingRuleService::NewStub(host_.channel())),
        supplies_(v1::SupplyService::NewStub(host_.channel())),
        careers_(v1::CareerService::NewStub(host_.channel())),
        news_(v1::AnnouncementService::NewStub(host_.channel())) {}

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  Lists& StubOf(const Lists*) { return *lists_; }
  Rules& StubOf(const Rules*) { return *rules_; }
  Supplies& StubOf(const Supplies*) { return *supplies_; }
  Career& StubOf(const Career*) { return *careers_; }
  News& StubOf(const News*) { return *news_; }

  // Do(&Lists::GetChecklist, "…"), as the owner of "org-a" unless told otherwise.
  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(StubOf(static_cast<const Stub*>(nullptr)), method, Parse<Request>(Fill(text)),
                     options);
  }
  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> Do(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& text) {
    return Do(method, text, As("org-a"));
  }

  // The token of an agent of the world.
  rpc::CallOptions Self(const std::string& name) { return AsAgent("org-a", world_[name]); }

  // Owned by $AGENT.
  absl::StatusOr<v1::Checklist> Begin(const std::string& template_id,
                                      const std::string& more = R"(shop_id: "$SHOP1")") {
    return Do(&Lists::StartChecklist,
              fmt::format(R"(template_id: "{}" owner_agent_id: "$AGENT" {})", template_id, more));
  }
  absl::StatusOr<v1::Checklist> Complete(const v1::Checklist& list, const std::string& item,
                                         const rpc::CallOptions& as, const std::string& more = "") {
    return Do(
        &Lists::CompleteChecklistItem,
        fmt::format(R"(checklist_id: "{}" item_id: "{}" {})", list.checklist_id(), item, more), as);
  }
  absl::StatusOr<v1::Checklist> Get(const v1::Checklist& list, const rpc::CallOptions& as) {
    return Do(&Lists::GetChecklist, fmt::format(R"(checklist_id: "{}")", list.checklist_id()), as);
  }
  absl::StatusOr<v1::ChecklistSchedule> Schedule(const std::string& shop, bool paused = false) {
    return Do(&Lists::SetChecklistSchedule,
              fmt::format(R"(schedule {{ template_id: "shop_manager_daily" shop_id: "{}"
                                         owner_agent_id: "$AGENT" paused: {} }})",
                          shop, paused));
  }
  std::vector<v1::Checklist> Listed(const std::string& filter, const rpc::CallOptions& as) {
    const auto page = Do(&Lists::ListChecklists, filter, as);
    EXPECT_OK(page);
    if (!page.ok()) return {};
    return {page->checklists().begin(), page->checklists().end()};
  }
  std::vector<v1::Checklist> Listed(const std::string& filter = "") {
    return Listed(filter, As("org-a"));
  }

  // Hired for today into $TEAM1, as a record of the world.
  absl::StatusOr<v1::Agent> HireInto(const std::string& name, const std::string& more = "") {
    auto hired = Call(&Staffing::HireAgent,
                      fmt::format(R"(agent {{ display_name: "新人" employment: EMPLOYMENT_OWN
                                              team_id: "$TEAM1" education: "college"
                                              hire_date {{ year: 2026 month: 1 day: 15 }} }}
                                     birth_date {{ year: 2000 month: 1 day: 1 }} {})",
                                  more));
    if (hired.ok()) world_[name] = hired->agent_id();
    return hired;
  }
  absl::StatusOr<v1::Agent> Leave(const std::string& name, int day) {
    return Do(&Career::EndEmployment, fmt::format(R"(agent_id: "{}" reason: "辞职"
                             leave_date {{ year: 2026 month: 1 day: {} }})",
                                                  name, day));
  }

  void AdvanceTo(absl::CivilDay day, int utc_offset_hours) {
    const absl::Time midnight = absl::FromCivil(day, absl::FixedTimeZone(utc_offset_hours * 3600));
    clock_.Advance(midnight - clock_.Now());
  }

  const std::unique_ptr<Lists> lists_;
  const std::unique_ptr<Rules> rules_;
  const std::unique_ptr<Supplies> supplies_;
  const std::unique_ptr<Career> careers_;
  const std::unique_ptr<News> news_;
};

}  // namespace kefu::staffing
