// StaffingService on a real database behind a real gRPC server, and a small world to act in.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/context/request_context.h"
#include "common/ids/id_generator.h"
#include "common/rpc/client.h"
#include "common/testing/fake_clock.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/service_fixture.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "kefu/staffing/v1/handovers.grpc.pb.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "migrations/staffing.h"
#include "services/staffing/calls.h"

namespace kefu::staffing {

using ::kefu::testing::EqualsProto;
using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;

template <class Proto>
Proto Parse(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// The day is 2026-01-15 in Shanghai. The tables are empty at the start of each test.
class StaffingTest : public ::testing::Test {
 protected:
  explicit StaffingTest(int pool_size = 8)
      : host_({.dispatcher = {.clock = &clock_, .workers = 8}, .token_ttl = absl::Hours(24 * 400)}),
        ids_(clock_),
        database_(OpenPool(pool_size)),
        calls_(host_.dispatcher(), {*database_, ids_, [] {}}) {
    Db().Clear();
    host_.Start(calls_.services());
    stub_ = v1::StaffingService::NewStub(host_.channel());
  }
  ~StaffingTest() override { host_.Stop(); }

  // One schema for the whole binary.
  static testing::TestDb& Db() {
    static auto* const db = new testing::TestDb({migrations::Staffing()});
    static const bool dropped_at_exit = std::atexit([] { delete db; }) == 0;
    EXPECT_TRUE(dropped_at_exit);
    return *db;
  }

  // The owner of an organization; valid for days, since tests move the clock.
  rpc::CallOptions As(std::string_view org_id, std::vector<std::string> shops = {}) {
    return {.token = host_.tokens().Token(org_id, {auth::Role::kOwner}, std::move(shops), "tester",
                                          absl::Hours(24 * 40))};
  }

  // An agent in person.
  rpc::CallOptions AsAgent(std::string_view org_id, std::string_view agent_id,
                           auth::RoleSet roles = {auth::Role::kAgent}) {
    return {.token = host_.tokens().Sign({.subject = fmt::format("person-of-{}", agent_id),
                                          .org_id = std::string(org_id),
                                          .agent_id = std::string(agent_id),
                                          .roles = roles},
                                         absl::Hours(24 * 40))};
  }

  // Call(&Stub::GetShop, R"pb(shop_id: "x")pb"), as the owner of "org-a" unless told otherwise.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::StaffingService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::string& text) {
    return Call(method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::StaffingService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*stub_, method, Parse<Request>(Fill(text)), options);
  }

  // Replaces $NAME by the id of that record of the world.
  std::string Fill(std::string text) const {
    for (const auto& [name, id] : world_) {
      for (size_t at; (at = text.find(name)) != std::string::npos;) {
        text.replace(at, name.size(), id);
      }
    }
    return text;
  }

  // Registers org-a, org-b and base-1, and gives org-a two shops, a site, two teams, an agent hired
  // on 2025-06-01 in $TEAM1 and assigned to $SHOP1, and $SHOP1 two weeks of chats.
  void MakeWorld() {
    using Stub = v1::StaffingService::Stub;
    for (const char* org : {"org-a", "org-b"}) {
      ASSERT_OK(
          Call(&Stub::CreateOrganization,
               R"pb(organization { kind: ORGANIZATION_KIND_MERCHANT display_name: "商家" })pb",
               As(org)));
    }
    ASSERT_OK(Call(&Stub::CreateOrganization,
                   R"pb(organization { kind: ORGANIZATION_KIND_BASE display_name: "基地" })pb",
                   As("base-1")));
    for (const char* shop : {"$SHOP1", "$SHOP2"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Shop made,
                           Call(&Stub::CreateShop, R"pb(shop {
                                                          display_name: "旗舰店"
                                                          platform: PLATFORM_JD
                                                          time_zone: "Asia/Tokyo"
                                                        })pb"));
      world_[shop] = made.shop_id();
    }
    ASSERT_OK_AND_ASSIGN(
        const v1::Site site,
        Call(&Stub::CreateSite, R"pb(site { display_name: "合肥" base_id: "base-1" })pb"));
    world_["$SITE"] = site.site_id();
    for (const char* team : {"$TEAM1", "$TEAM2"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Team made, Call(&Stub::CreateTeam, R"pb(team {
                                                                               display_name: "一组"
                                                                               site_id: "$SITE"
                                                                               shop_ids: "$SHOP1"
                                                                             })pb"));
      world_[team] = made.team_id();
    }
    ASSERT_OK_AND_ASSIGN(
        const v1::Agent agent,
        Call(&Stub::CreateAgent, R"pb(agent {
                                        display_name: "小美"
                                        employee_number: "E1"
                                        employment: EMPLOYMENT_OWN
                                        team_id: "$TEAM1"
                                        hire_date { year: 2025 month: 6 day: 1 }
                                        accounts { platform: PLATFORM_JD account: "咚咚1" }
                                      })pb"));
    world_["$AGENT"] = agent.agent_id();
    ASSERT_OK_AND_ASSIGN(const v1::Assignment assignment,
                         Call(&Stub::AssignAgent,
                              R"pb(assignment {
                                     agent_id: "$AGENT"
                                     shop_id: "$SHOP1"
                                     duty: DUTY_PRE_SALES
                                     start_date { year: 2025 month: 6 day: 1 }
                                   })pb"));
    world_["$ASSIGNMENT"] = assignment.assignment_id();
    MakeChats();
  }

  // $AGENT and $MATE of $TEAM1 on duty for eight hours from now, and $ITEM in the book by $MATE.
  void MakeHandover() {
    using Stub = v1::StaffingService::Stub;
    ASSERT_OK_AND_ASSIGN(const v1::Agent mate,
                         Call(&Stub::CreateAgent, R"pb(agent {
                                                         display_name: "小丽"
                                                         employment: EMPLOYMENT_OWN
                                                         team_id: "$TEAM1"
                                                         hire_date { year: 2025 month: 6 day: 1 }
                                                       })pb"));
    world_["$MATE"] = mate.agent_id();
    const auto handovers = v1::HandoverService::NewStub(host_.channel());
    for (const char* agent : {"$AGENT", "$MATE"}) {
      v1::StartShiftRequest request;
      request.set_team_id(world_["$TEAM1"]);
      request.set_agent_id(world_[agent]);
      const int64_t now = absl::ToUnixSeconds(clock_.Now());
      request.mutable_scheduled_start_time()->set_seconds(now);
      request.mutable_scheduled_end_time()->set_seconds(now + 8 * 3600);
      ASSERT_OK(
          rpc::Call(*handovers, &v1::HandoverService::Stub::StartShift, request, As("org-a")));
    }
    ASSERT_OK_AND_ASSIGN(const v1::Handover written,
                         Call(&Stub::WriteHandover, R"pb(agent_id: "$MATE"
                                                         items { text: "退款待跟进" })pb"));
    world_["$ITEM"] = written.items(0).item_id();
  }

  // $IDLE and $CAME of no team, the second of whom has clocked in.
  void MakeClock() {
    using Stub = v1::StaffingService::Stub;
    for (const char* name : {"$IDLE", "$CAME"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Agent agent,
                           Call(&Stub::CreateAgent, R"pb(agent {
                                                           display_name: "小张"
                                                           employment: EMPLOYMENT_OWN
                                                           hire_date { year: 2025 month: 6 day: 1 }
                                                         })pb"));
      world_[name] = agent.agent_id();
    }
    ASSERT_OK(Call(&Stub::ClockIn, R"pb(agent_id: "$CAME")pb"));
  }

  // With base-1 for $SHOP1 in the first half of 2026, by a fee; a milestone of 2 January is missed.
  void MakeContract() {
    ASSERT_OK_AND_ASSIGN(const v1::Contract contract,
                         Call(&v1::StaffingService::Stub::CreateContract,
                              R"pb(contract {
                                     kind: CONTRACT_KIND_BASE
                                     base_id: "base-1"
                                     display_name: "合肥基地"
                                     period {
                                       start_date { year: 2026 month: 1 day: 1 }
                                       end_date { year: 2026 month: 6 day: 30 }
                                     }
                                     shop_ids: "$SHOP1"
                                     price {
                                       model: PRICE_MODEL_FEE
                                       fee { currency_code: "CNY" minor_units: 1000000 }
                                     }
                                     milestones {
                                       milestone_id: "start"
                                       text: "首批坐席上岗"
                                       due_date { year: 2026 month: 1 day: 2 }
                                     }
                                   })pb"));
    world_["$CONTRACT"] = contract.contract_id();
  }

  // 30 chats at 10:00 and 20 at 15:00 each day of the first two weeks of 2026.
  void MakeChats() {
    for (int day = 1; day <= 14; ++day) {
      for (const auto& [hour, chats] : {std::pair(10, 30), {15, 20}}) {
        const absl::Time start =
            absl::FromCivil(absl::CivilHour(2026, 1, day, hour), absl::FixedTimeZone(9 * 3600));
        Db().Exec(fmt::format(
            "INSERT INTO arrivals VALUES ('org-a', '{}', 'CHAT', {}, {}, {}, 2, "
            "{}, 600, 0)",
            world_["$SHOP1"], absl::ToUnixMicros(start), chats, chats - 2, (chats - 2) * 240));
      }
    }
  }

  // Types of the events that wait in the outbox, oldest first, without package; no audit records.
  std::vector<std::string> EventTypes() {
    std::vector<std::string> types;
    static constexpr db::Sql kTypes{
        "SELECT SUBSTRING_INDEX(type, '.', -1) FROM outbox"
        " WHERE type NOT LIKE '%WriteRecorded' ORDER BY outbox_id"};
    const auto rows = Db().db().Read(absl::InfiniteFuture(), kTypes);
    EXPECT_OK(rows);
    for (const db::Row row : *rows) types.push_back(row.Str(0));
    return types;
  }

  testing::FakeClock clock_;
  testing::ServiceHost host_;
  IdGenerator ids_;
  std::unique_ptr<db::Database> database_;
  Calls calls_;
  std::unique_ptr<v1::StaffingService::Stub> stub_;
  std::map<std::string, std::string> world_;

 private:
  static std::unique_ptr<db::Database> OpenPool(int size) {
    db::DatabaseOptions options = Db().options();
    options.pool_size = size;
    auto database = db::Database::Open(options);
    EXPECT_OK(database);
    return *std::move(database);
  }
};

}  // namespace kefu::staffing
