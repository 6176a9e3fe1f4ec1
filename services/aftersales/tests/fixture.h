// AftersalesService on a real database behind a real gRPC server.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
#include "google/protobuf/util/time_util.h"
#include "gtest/gtest.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/aftersales/v1/case_work.grpc.pb.h"
#include "kefu/aftersales/v1/events.pb.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "migrations/aftersales.h"
#include "services/aftersales/calls.h"
#include "services/aftersales/handlers/assignment/staffing_feed.h"
#include "services/aftersales/handlers/staffing_events.h"
#include "services/aftersales/store/assignment.h"
#include "services/aftersales/store/orders.h"

namespace kefu::aftersales {

using ::kefu::testing::EqualsProto;
using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using Stub = v1::AftersalesService::Stub;
using WorkStub = v1::CaseWorkService::Stub;

template <class Proto>
Proto Parse(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// It is 2026-01-15, noon in Shanghai. The tables hold the shipped policies only at the start of
// each test.
class AftersalesTest : public ::testing::Test {
 protected:
  explicit AftersalesTest(int pool_size = 8)
      : host_({.dispatcher = {.clock = &clock_, .workers = 8}, .token_ttl = absl::Hours(24 * 400)}),
        ids_(clock_),
        database_(OpenPool(pool_size)),
        calls_(host_.dispatcher(), {*database_, ids_, [] {}}) {
    Fresh();
    host_.Start(calls_.services());
    stub_ = v1::AftersalesService::NewStub(host_.channel());
    work_stub_ = v1::CaseWorkService::NewStub(host_.channel());
  }
  ~AftersalesTest() override { host_.Stop(); }

  // One schema for the whole binary.
  static testing::TestDb& Db() {
    static auto* const db = new testing::TestDb({migrations::Aftersales()});
    static const bool dropped_at_exit = std::atexit([] { delete db; }) == 0;
    EXPECT_TRUE(dropped_at_exit);
    return *db;
  }

  static void Fresh() {
    Db().Clear();
    for (const auto& migration : migrations::Aftersales().migrations) {
      if (migration.name.find("shipped") != std::string_view::npos) Db().Exec(migration.text);
    }
    for (const char* org : {"org-a", "org-b"}) {
      for (const char* order : {"order-1", "order-2", "o1", "o2"}) {
        for (const char* shop : {"shop-1", "shop-2"}) Sell(org, shop, order);
      }
    }
    ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), SaveAgent1));
  }

  // agent-1 of org-a, who has the cases that Open opens: serves these shops after sales since 2025,
  // and is off duty, so that no case is given to it by itself.
  static absl::Status SaveAgent1(db::Transaction& t) {
    const absl::CivilDay since(2025, 1, 1);
    RETURN_IF_ERROR(store::SaveAssignmentAgent(
        t, "org-a", {.agent_id = "agent-1", .base_id = "", .hire_date = since}));
    for (const char* shop : {"shop-1", "shop-2", "shop-3"}) {
      RETURN_IF_ERROR(store::SaveServing(t, "org-a",
                                         {.assignment_id = fmt::format("agent-1-{}", shop),
                                          .agent_id = "agent-1",
                                          .shop_id = shop,
                                          .after_sales = true,
                                          .start = since}));
    }
    return store::SaveShift(t, "org-a", "agent-1", "ended", /*runs=*/false);
  }

  // An order as OrderService keeps it: placed on 2026-01-01, CNY 100.00 unless told later to be
  // dearer, with 10.00 of freight, ten pieces each of S-1 and S-2.
  static void Sell(const std::string& org_id, const std::string& shop_id,
                   const std::string& order_id, int64_t paid_minor = 10000) {
    domain::Order order;
    order.org_id = org_id;
    order.shop_id = shop_id;
    order.order_id = order_id;
    order.currency = "CNY";
    order.paid_minor = paid_minor;
    order.freight_minor = 1000;
    order.create_time = absl::FromUnixSeconds(1767236400);
    order.pay_time = order.create_time;
    order.told = order.create_time + absl::Microseconds(paid_minor);
    order.lines = {{"S-1", "clothing", 10, 6000}, {"S-2", "", 10, 4000}};
    const std::vector<const domain::Order*> orders{&order};
    ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return store::PutOrders(t, orders).status();
    }));
  }

  // The owner of an organization; valid for days, since tests move the clock.
  rpc::CallOptions As(std::string_view org_id, std::vector<std::string> shops = {}) {
    return {.token = host_.tokens().Token(org_id, {auth::Role::kOwner}, std::move(shops), "tester",
                                          absl::Hours(24 * 30))};
  }

  // Call(&Stub::GetCase, R"pb(case_id: "x")pb"), as the owner of "org-a" unless told otherwise.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& text) {
    return Call(method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*stub_, method, Parse<Request>(Fill(text)), options);
  }

  // The same of CaseWorkService.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (WorkStub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                const std::string& text) {
    return Call(method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (WorkStub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*work_stub_, method, Parse<Request>(Fill(text)), options);
  }

  // An agent of org-a by the name of its tier: see Employ.
  rpc::CallOptions AsAgent(const std::string& agent_id) {
    return {.token = host_.tokens().Sign({.subject = "person-of-" + agent_id,
                                          .org_id = "org-a",
                                          .agent_id = agent_id,
                                          .roles = {auth::Role::kAgent}},
                                         absl::Hours(24 * 30))};
  }

  // A base's team lead, the agent "seat-1" of base-1, granted one shop of org-a.
  rpc::CallOptions AsBase(std::string_view shop = "shop-1",
                          auth::RoleSet roles = {auth::Role::kTeamLead}) {
    return {.token = host_.tokens().Sign(
                {.subject = "base-tester",
                 .org_id = "base-1",
                 .base_id = "base-1",
                 .agent_id = "seat-1",
                 .roles = roles,
                 .grants = {{"org-a", std::string(shop), "contract-1", absl::CivilDay(2026, 1, 1),
                             absl::CivilDay(2026, 12, 31)}}})};
  }

  // Replaces $NAME by what the test has put there.
  std::string Fill(std::string text) const {
    for (const auto& [name, id] : names_) {
      for (size_t at; (at = text.find(name)) != std::string::npos;) {
        text.replace(at, name.size(), id);
      }
    }
    return text;
  }

  // Opens a case in shop-1 and calls it `name`. `more` adds fields or replaces them.
  v1::Case Open(const std::string& name, const std::string& more = "") {
    v1::OpenCaseRequest request;
    *request.mutable_case_() = Parse<v1::Case>(R"pb(shop_id: "shop-1"
                                                    kind: CASE_KIND_RETURN
                                                    channel: CASE_CHANNEL_CHAT
                                                    order_id: "order-1"
                                                    problem: "尺码不对"
                                                    assignee_agent_id: "agent-1")pb");
    request.mutable_case_()->MergeFrom(Parse<v1::Case>(more));
    auto made = rpc::Call(*stub_, &Stub::OpenCase, request, As("org-a"));
    EXPECT_OK(made);
    if (!made.ok()) return {};
    names_[name] = made->case_id();
    return *std::move(made);
  }

  // What staffing tells, to all that hear of it.
  template <class Payload>
  void Tell(const std::string& org_id, const std::string& text) {
    Hear<Payload>(org_id, text);
    ::kefu::common::v1::Event event;
    event.set_org_id(org_id);
    event.mutable_payload()->PackFrom(Parse<Payload>(text));
    ASSERT_OK(Db().db().RunInTransaction(
        absl::InfiniteFuture(), [&](db::Transaction& t) { return ApplyStaffingEvent(t, event); }));
  }
  // What it tells, to the consumer of agents, their work and contracts.
  template <class Payload>
  void Hear(const std::string& org_id, const std::string& text) {
    ::kefu::common::v1::Event event;
    event.set_org_id(org_id);
    event.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    event.mutable_payload()->PackFrom(Parse<Payload>(text));
    ASSERT_OK(Db().db().RunInTransaction(
        absl::InfiniteFuture(), [&](db::Transaction& t) { return ApplyToAssignment(t, event); }));
  }

  // A contract of this year with the base for the shop.
  void Contract(const std::string& base, const std::string& shop, const std::string& more = "",
                const std::string& org_id = "org-a") {
    Hear<::kefu::staffing::v1::ContractChanged>(
        org_id, fmt::format(R"(contract {{ contract_id: "{0}-1" base_id: "{0}" shop_ids: "{1}"
                                           period {{ start_date {{ year: 2026 month: 1 day: 1 }}
                                                     end_date {{ year: 2026 month: 12 day: 31 }} }}
                                           {2} }})",
                            base, shop, more));
  }

  // Has somebody, or nobody, have all cases that there are.
  static void GiveAll(const std::string& agent_id) {
    Db().Exec(fmt::format("UPDATE aftersales_case SET assignee_agent_id = '{}'", agent_id));
  }

  // An agent of that tier since the beginning of 2025.
  void Employ(const std::string& org_id, const std::string& agent, const std::string& tier) {
    Tell<::kefu::staffing::v1::AgentChanged>(org_id, fmt::format(R"(agent {{ agent_id: "{}"
                                        hire_date {{ year: 2025 month: 1 day: 1 }} }})",
                                                                 agent));
    Record(org_id, agent, agent + "-1", tier, "year: 2025 month: 1 day: 1");
  }
  void Record(const std::string& org_id, const std::string& agent, const std::string& id,
              const std::string& tier, const std::string& day, const std::string& corrects = "") {
    Tell<::kefu::staffing::v1::TierChanged>(
        org_id, fmt::format(R"(change {{ agent_id: "{}" tier_change_id: "{}" tier_id: "{}"
                                         effective_date {{ {} }}
                                         corrects_tier_change_id: "{}" }})",
                            agent, id, tier, day, corrects));
  }

  static const v1::Clock& ClockOf(const v1::Case& record, v1::ClockKind kind) {
    for (const v1::Clock& clock : record.clocks()) {
      if (clock.kind() == kind) return clock;
    }
    ADD_FAILURE() << "no such clock in " << record.DebugString();
    return v1::Clock::default_instance();
  }

  static std::string Text(const google::protobuf::Timestamp& time) {
    return google::protobuf::util::TimeUtil::ToString(time);
  }

  // Types of the events that wait in the outbox, oldest first, without package; no audit records.
  static std::vector<std::string> EventTypes() {
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
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<WorkStub> work_stub_;
  std::map<std::string, std::string> names_;

 private:
  static std::unique_ptr<db::Database> OpenPool(int size) {
    db::DatabaseOptions options = Db().options();
    options.pool_size = size;
    auto database = db::Database::Open(options);
    EXPECT_OK(database);
    return *std::move(database);
  }
};

}  // namespace kefu::aftersales
