// Promises over real schedules, services and stock.
#include "services/warehouse/tests/planning/planning_fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kTo = " destination { region_code: '310115' }";
constexpr const char* kService =
    "carrier_id: 'sf' service_code: 'std' display_name: 'SF'"
    " effective_from { year: 2026 month: 1 day: 1 } pickup_times: '20:00'"
    " distance_bands { max_distance_km: 2000 days: 1 }";

// It is noon of Thursday 2026-01-15 in Shanghai; $NODE1 has 90 of $SKU1 and 100 of $SKU2.
class PromiseTest : public PlanningTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(MakeWorld()); }

  absl::StatusOr<v1::PromiseDateResponse> Promise(const std::string& text,
                                                  std::string_view org_id = "org-a") {
    return Call(&Stub::PromiseDate, text + kTo, As(org_id));
  }
  void SetService(const std::string& more = "") {
    ASSERT_OK(
        Plan(&PlanStub::SetCarrierService, fmt::format("service {{ {} {} }}", kService, more)));
  }
};

TEST_F(PromiseTest, ShippedRulesPromiseTheDayAfterTheMorrow) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Promise("lines { sku_id: '$SKU1' quantity: 90 }"));
  // Nodes without place are 1500 km away: three days from the pick-up at 20:30.
  EXPECT_EQ(Show(answer.promise_date()), "2026-01-18");
  ASSERT_EQ(answer.parcels_size(), 1);
  const v1::ParcelPromise& parcel = answer.parcels(0);
  EXPECT_EQ(parcel.node_id(), Fill("$NODE1"));
  EXPECT_EQ(parcel.carrier_id(), "default");
  EXPECT_EQ(parcel.distance_km(), 1500);
  EXPECT_EQ(parcel.lines(0).quantity(), 90);
  EXPECT_EQ(answer.ship_by_time().seconds(), 1768480200);  // 2026-01-15 20:30 +08:00
  ASSERT_EQ(parcel.segments_size(), 4);
  EXPECT_EQ(parcel.segments(0).kind(), v1::PROMISE_SEGMENT_KIND_WAIT_FOR_CUTOFF);
  EXPECT_EQ(parcel.segments(0).policy(), "node_schedule/");
  EXPECT_EQ(parcel.segments(0).policy_version(), 0);
  EXPECT_EQ(parcel.segments(3).kind(), v1::PROMISE_SEGMENT_KIND_CARRIER_DAYS);
  EXPECT_EQ(parcel.segments(3).policy(), "carrier_service/default/standard");
  EXPECT_THAT(answer.alternatives(), IsEmpty());
  EXPECT_THAT(answer.assumptions(), IsEmpty());
}

TEST_F(PromiseTest, SchedulesAndServicesAreVersionsFromTheirDay) {
  SetService();
  const auto wave = [&](const char* node, const char* cutoff, int month) {
    return Plan(&PlanStub::SetNodeSchedule,
                fmt::format("schedule {{ node_id: '{}' effective_from {{ year: 2026 month: {}"
                            " day: 1 }} waves {{ cutoff: '{}' handling_minutes: 60 }} }}",
                            node, month, cutoff));
  };
  ASSERT_OK_AND_ASSIGN(const auto first, wave("", "11:00", 1));
  EXPECT_EQ(first.version(), 1);
  const std::string order = "lines { sku_id: '$SKU1' quantity: 1 }";
  // Noon is after 11:00: it goes tomorrow.
  ASSERT_OK_AND_ASSIGN(auto answer, Promise(order));
  EXPECT_EQ(Show(answer.promise_date()), "2026-01-17");
  ASSERT_OK(wave("$NODE1", "12:01", 1));
  ASSERT_OK_AND_ASSIGN(answer, Promise(order));
  EXPECT_EQ(Show(answer.promise_date()), "2026-01-16");
  EXPECT_EQ(answer.parcels(0).segments(0).policy(), Fill("node_schedule/$NODE1"));
  EXPECT_EQ(answer.parcels(0).segments(0).policy_version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto second, wave("$NODE1", "23:00", 2));
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK_AND_ASSIGN(answer, Promise(order));
  EXPECT_EQ(answer.parcels(0).segments(0).policy_version(), 1);
  ASSERT_OK_AND_ASSIGN(auto read, Plan(&PlanStub::GetNodeSchedule, "node_id: '$NODE1'"));
  EXPECT_EQ(read.waves(0).cutoff(), "12:01");
  ASSERT_OK_AND_ASSIGN(read, Plan(&PlanStub::GetNodeSchedule,
                                  "node_id: '$NODE1' day { year: 2026 month: 2 day: 1 }"));
  EXPECT_EQ(read.waves(0).cutoff(), "23:00");
  EXPECT_EQ(read.version(), 2);
  ASSERT_OK_AND_ASSIGN(read, Plan(&PlanStub::GetNodeSchedule, "node_id: '$NODE2'"));
  EXPECT_EQ(read.waves(0).cutoff(), "11:00");
  ASSERT_OK_AND_ASSIGN(read, Plan(&PlanStub::GetNodeSchedule,
                                  "node_id: '$NODE2' day { year: 2025 month: 2 day: 1 }"));
  EXPECT_EQ(read.waves(0).cutoff(), "16:00");
  EXPECT_EQ(read.version(), 0);
}

TEST_F(PromiseTest, TheBestNodeAndServiceIsTakenAndTheOthersTold) {
  SetService();
  ASSERT_OK(Plan(&PlanStub::SetCarrierService,
                 "service { carrier_id: 'yt' service_code: 'eco' display_name: 'YT'"
                 " effective_from { year: 2026 month: 1 day: 1 } pickup_times: '18:00'"
                 " working_days { weekdays: 1 weekdays: 2 weekdays: 3 weekdays: 4 weekdays: 5 }"
                 " lanes { destination_prefix: '31' days: 2 } }"));
  ASSERT_OK(Receive("$NODE2", "$SKU2", 5));
  ASSERT_OK_AND_ASSIGN(const auto answer, Promise("lines { sku_id: '$SKU1' quantity: 1 }"
                                                  " lines { sku_id: '$SKU2' quantity: 1 }"));
  EXPECT_EQ(Show(answer.promise_date()), "2026-01-16");
  EXPECT_EQ(answer.parcels(0).carrier_id(), "sf");
  ASSERT_EQ(answer.alternatives_size(), 2);
  EXPECT_EQ(answer.alternatives(0).carrier_id(), "yt");
  // Ready at 20:00: picked up on Friday, the weekend does not count.
  EXPECT_EQ(Show(answer.alternatives(0).promise_date()), "2026-01-20");
  EXPECT_EQ(answer.alternatives(1).node_id(), Fill("$NODE2"));
  EXPECT_EQ(answer.alternatives(1).obstacle(), v1::PROMISE_OBSTACLE_OUT_OF_STOCK);
  ASSERT_OK_AND_ASSIGN(const auto eco,
                       Promise("lines { sku_id: '$SKU2' quantity: 5 } carrier_id: 'yt'"
                               " node_ids: '$NODE2' service_code: 'eco'"));
  EXPECT_EQ(Show(eco.promise_date()), "2026-01-20");
}

TEST_F(PromiseTest, WhatCannotBePromisedIsExplained) {
  SetService("unserved_prefixes: '3101'");
  const std::string order = "lines { sku_id: '$SKU1' quantity: 1 }";
  const auto refused = Promise(order).status();
  EXPECT_THAT(refused, HasReason("PROMISE_REGION_NOT_SERVED"));
  EXPECT_EQ(GetDetail<google::rpc::PreconditionFailure>(refused)->violations(0).subject(),
            Fill("node $NODE1 with sf/std"));
  EXPECT_THAT(Promise("lines { sku_id: '$SKU1' quantity: 91 }").status(),
              HasReason("PROMISE_OUT_OF_STOCK"));
  EXPECT_THAT(Promise("lines { sku_id: '$LOTSKU' quantity: 1 }").status(),
              HasReason("PROMISE_OUT_OF_STOCK"));
  EXPECT_THAT(Promise(order + " carrier_id: 'other'").status(),
              HasReason("PROMISE_NODE_NOT_SERVED"));
  SetService("node_ids: '$NODE2'");
  EXPECT_THAT(Promise(order).status(), HasReason("PROMISE_NODE_NOT_SERVED"));
  SetService(
      "working_days { suspensions { reason: 'Spring Festival' days {"
      " start_date { year: 2026 month: 1 day: 1 } end_date { year: 2026 month: 12 day: 31 } }"
      " } suspensions { reason: 'Spring Festival' days {"
      " start_date { year: 2027 month: 1 day: 1 } end_date { year: 2027 month: 12 day: 31 } }"
      " } }");
  EXPECT_THAT(Promise(order).status(), HasReason("PROMISE_CARRIER_CLOSED"));
  SetService();
  ASSERT_OK(
      Plan(&PlanStub::SetNodeSchedule,
           "schedule { effective_from { year: 2026 month: 1 day: 1 } waves { cutoff: '16:00' }"
           " working_days { suspensions { reason: 'moving' days {"
           " start_date { year: 2026 month: 1 day: 1 } end_date { year: 2026 month: 12 day: 31"
           " } } } suspensions { reason: 'moving' days { start_date { year: 2027 month: 1"
           " day: 1 } end_date { year: 2027 month: 12 day: 31 } } } } }"));
  EXPECT_THAT(Promise(order).status(), HasReason("PROMISE_NODE_CLOSED"));
  // As of a time when nodes with stock could be archived.
  Db().Exec(Fill("UPDATE node SET state = 'ARCHIVED' WHERE node_id = '$NODE1'"));
  EXPECT_THAT(Promise("node_ids: '$NODE1'").status(), HasReason("PROMISE_NODE_ARCHIVED"));
}

TEST_F(PromiseTest, HolidaysThatAreNotKnownAreSaid) {
  SetService("working_days { observe_china_holidays: true }");
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       Promise("lines { sku_id: '$SKU1' quantity: 1 }"
                               " order_time { seconds: 1798700000 }"));  // 2026-12-31
  EXPECT_EQ(Show(answer.promise_date()), "2027-01-01");
  ASSERT_EQ(answer.assumptions_size(), 1);
  EXPECT_NE(answer.assumptions(0).find("2027"), std::string::npos);
}

TEST_F(PromiseTest, EveryFaultIsNamed) {
  EXPECT_THAT(
      FieldsOf(Call(&Stub::PromiseDate,
                    "lines { quantity: 0 } lines { sku_id: 'a' quantity: 1 }"
                    " lines { sku_id: 'a' quantity: 1 } node_ids: '!' time_zone: 'Mars'"
                    " max_alternatives: 101 carrier_id: '!' service_code: '!' owner_id: '!'"
                    " destination { location { latitude_micro_degrees: 91000000 } }")
                   .status()),
      UnorderedElementsAre("lines[0].sku_id", "lines[0].quantity", "lines[2].sku_id", "node_ids[0]",
                           "time_zone", "max_alternatives", "carrier_id", "service_code",
                           "owner_id", "destination.location.latitude_micro_degrees"));
  EXPECT_THAT(FieldsOf(Call(&Stub::PromiseDate, "").status()),
              UnorderedElementsAre("destination", "node_ids"));
  EXPECT_THAT(FieldsOf(Plan(&PlanStub::SetNodeSchedule,
                            "schedule { node_id: '!' working_days { weekdays: 8 suspensions { } }"
                            " waves { cutoff: '25:00' handling_minutes: -1 }"
                            " waves { cutoff: '00:00' handling_workdays: 31 } }")
                           .status()),
              UnorderedElementsAre(
                  "schedule.node_id", "schedule.effective_from",
                  "schedule.working_days.weekdays[0]", "schedule.working_days.suspensions[0].days",
                  "schedule.working_days.suspensions[0].reason", "schedule.waves[0].cutoff",
                  "schedule.waves[0].handling_minutes", "schedule.waves[1].cutoff",
                  "schedule.waves[1].cutoff", "schedule.waves[1].handling_workdays"));
  EXPECT_THAT(FieldsOf(Plan(&PlanStub::SetCarrierService,
                            "service { pickup_times: '20:00' pickup_times: '20:00' priority: -1"
                            " distance_bands { max_distance_km: 5 days: 61 }"
                            " distance_bands { max_distance_km: 5 }"
                            " lanes { origin_prefix: '*' destination_prefix: '*' days: -1 }"
                            " served_prefixes: '' node_ids: '!' }")
                           .status()),
              UnorderedElementsAre(
                  "service.carrier_id", "service.service_code", "service.display_name",
                  "service.effective_from", "service.pickup_times[1]", "service.priority",
                  "service.distance_bands[0].days", "service.distance_bands[1].max_distance_km",
                  "service.lanes[0].origin_prefix", "service.lanes[0].destination_prefix",
                  "service.lanes[0].days", "service.served_prefixes[0]", "service.node_ids[0]"));
}

TEST_F(PromiseTest, AnotherOrganizationSeesNothing) {
  SetService();
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  EXPECT_THAT(Promise("lines { sku_id: '$SKU1' quantity: 1 }", "org-b").status(), not_found);
  EXPECT_THAT(Promise("node_ids: '$NODE1'", "org-b").status(), not_found);
  const std::string schedule =
      "schedule { node_id: '$NODE1' effective_from { year: 2026 month: 1 day: 1 }"
      " waves { cutoff: '16:00' } }";
  EXPECT_THAT(Plan(&PlanStub::SetNodeSchedule, schedule, "org-b").status(), not_found);
  EXPECT_THAT(Plan(&PlanStub::GetNodeSchedule, "node_id: '$NODE1'", "org-b").status(), not_found);
  EXPECT_THAT(Plan(&PlanStub::SetCarrierService,
                   fmt::format("service {{ {} node_ids: '$NODE1' }}", kService), "org-b")
                  .status(),
              not_found);
  ASSERT_OK_AND_ASSIGN(const auto services, Plan(&PlanStub::ListCarrierServices, "", "org-b"));
  ASSERT_EQ(services.services_size(), 1);
  EXPECT_EQ(services.services(0).carrier_id(), "default");
}

TEST_F(PromiseTest, ServicesAreListedByPage) {
  for (const char* code : {"a", "b", "c"}) {
    ASSERT_OK(Plan(&PlanStub::SetCarrierService,
                   fmt::format("service {{ carrier_id: 'x' service_code: '{}' display_name: 'n'"
                               " effective_from {{ year: 2026 month: 1 day: 1 }} withdrawn: {}"
                               " pickup_times: '09:00' lanes {{ days: 1 }} }}",
                               code, code[0] == 'b')));
  }
  ASSERT_OK_AND_ASSIGN(const auto first, Plan(&PlanStub::ListCarrierServices, "page_size: 1"));
  ASSERT_EQ(first.services_size(), 1);
  EXPECT_EQ(first.services(0).service_code(), "a");
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Plan(&PlanStub::ListCarrierServices,
                            "page_size: 1 page_token: '" + first.next_page_token() + "'"));
  EXPECT_EQ(second.services(0).service_code(), "c");
  EXPECT_EQ(second.next_page_token(), "");
  ASSERT_OK_AND_ASSIGN(const auto all,
                       Plan(&PlanStub::ListCarrierServices, "show_withdrawn: true"));
  EXPECT_EQ(all.services_size(), 3);
  ASSERT_OK_AND_ASSIGN(const auto none, Plan(&PlanStub::ListCarrierServices, "carrier_id: 'y'"));
  EXPECT_EQ(none.services_size(), 0);
  EXPECT_THAT(Plan(&PlanStub::ListCarrierServices, "page_size: -1").status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Plan(&PlanStub::ListCarrierServices, "page_token: 'forged'").status(),
              HasReason("BAD_PAGE_TOKEN"));
}

TEST_F(PromiseTest, AWriteIsReplayedAndTellsOfItself) {
  const std::string text =
      "schedule { effective_from { year: 2026 month: 1 day: 1 } waves { cutoff: '16:00' } }"
      " request_id: 'r1'";
  ASSERT_OK_AND_ASSIGN(const auto first, Plan(&PlanStub::SetNodeSchedule, text));
  const std::string events =
      "SELECT COUNT(*) FROM outbox WHERE type = 'kefu.warehouse.v1.FulfilmentPolicyChanged'";
  EXPECT_EQ(Db().Count(events), 1);
  clock_.Advance(absl::Seconds(5));
  ASSERT_OK_AND_ASSIGN(const auto again, Plan(&PlanStub::SetNodeSchedule, text));
  EXPECT_THAT(again, EqualsProto(first));
  EXPECT_EQ(Db().Count(events), 1);
  EXPECT_THAT(
      Plan(&PlanStub::SetCarrierService, fmt::format("service {{ {} }} request_id: 'r1'", kService))
          .status(),
      HasReason("REQUEST_ID_REUSED"));
  ASSERT_OK_AND_ASSIGN(const auto other,
                       Plan(&PlanStub::SetCarrierService,
                            fmt::format("service {{ {} }} request_id: 'r2'", kService)));
  EXPECT_EQ(other.version(), 1);
}

}  // namespace
}  // namespace kefu::warehouse
