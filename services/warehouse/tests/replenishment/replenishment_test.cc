// ReplenishmentService and PlanReplenishment on a real database behind a real gRPC server.
#include "kefu/warehouse/v1/replenishment.grpc.pb.h"
#include "services/warehouse/replenishment_service.h"

#include <memory>

#include "services/warehouse/tests/fixture.h"

namespace kefu::warehouse {
namespace {

using RStub = v1::ReplenishmentService::Stub;

class ReplenishmentTest : public WarehouseTest {
 protected:
  ReplenishmentTest() : handlers_(replica_.deps), service_(rhost_.dispatcher(), handlers_) {
    rhost_.Start({&service_});
    rstub_ = v1::ReplenishmentService::NewStub(rhost_.channel());
  }
  ~ReplenishmentTest() override { rhost_.Stop(); }

  rpc::CallOptions AsOf(std::string_view org_id) {
    return {.token =
                rhost_.tokens().Token(org_id, {auth::Role::kOwner}, {}, "tester", absl::Hours(72))};
  }
  using WarehouseTest::Call;
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (RStub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                               const std::string& text, std::string_view org_id = "org-a") {
    return rpc::Call(*rstub_, method, Parse<Request>(Fill(text)), AsOf(org_id));
  }
  // The fields of an INVALID_FIELDS.
  static std::string Faults(const absl::Status& status) {
    EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS") << status;
    const auto detail = GetDetail<google::rpc::BadRequest>(status);
    std::string fields;
    if (detail) {
      for (const auto& fault : detail->field_violations()) fields += fault.field() + " ";
    }
    return fields;
  }

  absl::StatusOr<v1::ImportDemandResponse> Import(
      const std::vector<v1::ImportDemandRequest>& messages, std::string_view org_id = "org-a") {
    grpc::ClientContext context;
    rpc::Prepare(AsOf(org_id), context);
    v1::ImportDemandResponse response;
    const auto writer = rstub_->ImportDemand(&context, &response);
    for (const auto& message : messages) writer->Write(message);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // `days` up to 2026-01-14, each selling quantity(day).
  template <class F>
  v1::ImportDemandRequest Rows(const std::string& series, int days, F quantity,
                               const std::string& node = "",
                               v1::SeriesKind kind = v1::SERIES_KIND_CATEGORY) {
    v1::ImportDemandRequest message;
    message.set_series_kind(kind);
    const absl::CivilDay last(2026, 1, 14);
    for (int d = 0; d < days; ++d) {
      const absl::CivilDay day = last - (days - 1 - d);
      auto* row = message.add_rows();
      row->set_line(d + 1);
      row->set_node_id(Fill(node));
      row->set_series_id(Fill(series));
      row->mutable_date()->set_year(static_cast<int32_t>(day.year()));
      row->mutable_date()->set_month(day.month());
      row->mutable_date()->set_day(day.day());
      row->set_quantity(quantity(d));
    }
    return message;
  }

  testing::ServiceHost rhost_{{.dispatcher = {.clock = &clock_, .workers = 8}}};
  ReplenishmentHandlers handlers_;
  ReplenishmentServiceImpl service_;
  std::unique_ptr<RStub> rstub_;
};

TEST_F(ReplenishmentTest, KnownValues) {
  const auto eoq =
      *Ask(&RStub::ComputeOrderQuantity, "fixed_cost: 8 holding_cost: 0.225 demand_rate: 1300");
  EXPECT_NEAR(eoq.order_quantity(), 304.0468, 1e-4);
  EXPECT_NEAR(eoq.cost(), 68.4105, 1e-4);
  EXPECT_EQ(eoq.formula().name(), "EOQ");
  EXPECT_THAT(eoq.formula().source(), ::testing::HasSubstr("Harris"));
  const auto newsvendor =
      *Ask(&RStub::ComputeNewsvendor,
           "demand { normal { mean: 50 standard_deviation: 8 } } holding_cost: 0.18"
           " stockout_cost: 0.70");
  EXPECT_NEAR(newsvendor.quantity(), 56.6040, 1e-4);
  EXPECT_NEAR(newsvendor.cost(), 1.9976, 1e-4);
  EXPECT_EQ(
      Ask(&RStub::ComputeOrderQuantity,
          "fixed_cost: 8 demand_rate: 1300 discounts { holding_rate: 0.3"
          " price_bands { unit_price: 0.75 } price_bands { from_quantity: 400 unit_price: .72 }"
          " price_bands { from_quantity: 800 unit_price: 0.68 } }")
          ->order_quantity(),
      800);
  EXPECT_NEAR(Ask(&RStub::ComputeOrderQuantity,
                  "fixed_cost: 8 holding_cost: 0.225 demand_rate: 1300"
                  " backorders { stockout_cost: 5 }")
                  ->order_quantity(),
              310.8126, 1e-4);
  EXPECT_NEAR(
      Ask(&RStub::ComputeOrderQuantity,
          "fixed_cost: 600 joint { items { fixed_cost: 120 holding_cost: 160 demand_rate: 1 }"
          " items { fixed_cost: 840 holding_cost: 20 demand_rate: 1 }"
          " items { fixed_cost: 300 holding_cost: 50 demand_rate: 1 } }")
          ->cost(),
      837.8544, 1e-4);
  const std::string poisson =
      "holding_cost: 20 stockout_cost: 150 fixed_cost: 100 demand_mean: 1.5 lead_time: 2"
      " method: REORDER_METHOD_RQ_POISSON_EXACT";
  EXPECT_NEAR(Ask(&RStub::ComputeReorderPolicy, poisson)->cost(), 107.9236, 1e-4);
  EXPECT_NEAR(
      Ask(&RStub::ComputeReorderPolicy, poisson + " given { reorder_point: 8 order_quantity: 12 }")
          ->cost(),
      242.5282, 1e-4);
  const auto ss = *Ask(&RStub::ComputeReorderPolicy,
                       "holding_cost: 1 stockout_cost: 4 fixed_cost: 5"
                       " demand { poisson { mean: 6 } } method: REORDER_METHOD_SS_EXACT");
  EXPECT_EQ(ss.reorder_point(), 4);
  EXPECT_EQ(ss.order_up_to(), 10);
  EXPECT_NEAR(ss.cost(), 8.0341, 1e-4);
  EXPECT_NEAR(Ask(&RStub::ComputeReorderPolicy,
                  "holding_cost: 0.18 stockout_cost: 0.7 fixed_cost: 2.5 demand_mean: 50"
                  " demand_standard_deviation: 8 method: REORDER_METHOD_SS_POWER")
                  ->order_up_to(),
              74.2902, 1e-4);
}

TEST_F(ReplenishmentTest, OtherCalculators) {
  EXPECT_EQ(Ask(&RStub::ComputeLotSizes,
                "rule: LOT_RULE_WAGNER_WHITIN demand: [90, 120, 80, 70] fixed_cost: 500"
                " holding_cost: 2")
                ->cost(),
            1380);
  const auto horizon =
      *Ask(&RStub::ComputeHorizon,
           "periods { holding_cost: 1 stockout_cost: 4 demand { poisson { mean: 6 } } }");
  EXPECT_EQ(horizon.levels(0).order_up_to(), 8);
  const auto stock = *Ask(&RStub::ComputeSafetyStock,
                          "demand_mean: 100 demand_standard_deviation: 20 lead_time_mean: 4"
                          " lead_time_standard_deviation: 1 target: 0.95"
                          " measure: SERVICE_MEASURE_CYCLE_SERVICE");
  EXPECT_NEAR(stock.safety_stock(), 177.1562, 1e-3);
  EXPECT_NEAR(
      Ask(&RStub::ComputeLoss, "demand { normal { mean: 15 standard_deviation: 3 } } x: 18.6")
          ->shortage(),
      0.1683, 1e-4);
  const auto classes =
      *Ask(&RStub::ClassifySkus, "items { sku_id: 'a' value: 10 } items { sku_id: 'b' value: 90 }");
  EXPECT_EQ(classes.items(0).sku_id(), "b");
  EXPECT_EQ(classes.items(0).abc(), "A");
  const auto echelons = *Ask(
      &RStub::OptimizeEchelons,
      "stages { stage_id: '1' processing_time: 2 holding_cost: 1 safety_factor: 1"
      " inbound_service_time: 1 }"
      "stages { stage_id: '2' processing_time: 1 holding_cost: 3 safety_factor: 1"
      " outbound_service_time: 0 demand_standard_deviation: 1 }"
      "stages { stage_id: '3' processing_time: 1 holding_cost: 2 safety_factor: 1 }"
      "stages { stage_id: '4' processing_time: 1 holding_cost: 3 safety_factor: 1"
      " outbound_service_time: 1 demand_standard_deviation: 1 }"
      "links { from_stage_id: '1' to_stage_id: '3' } links { from_stage_id: '3' to_stage_id: '2' }"
      "links { from_stage_id: '3' to_stage_id: '4' }");
  EXPECT_NEAR(echelons.cost(), 8.2779, 1e-4);
  EXPECT_EQ(echelons.stages(3).service_time(), 1);
  EXPECT_NEAR(Ask(&RStub::OptimizeSerialSystem,
                  "stages { echelon_holding_cost: 3 lead_time: 1 }"
                  "stages { echelon_holding_cost: 2 lead_time: 1 }"
                  "stages { echelon_holding_cost: 2 lead_time: 2 }"
                  "stockout_cost: 37.12 demand_mean: 5 demand_standard_deviation: 1")
                  ->cost(),
              47.66, 0.005);
  const auto forecast = *Ask(&RStub::ForecastSeries,
                             "series: [1,2,1,2,1,2,1,2,1,2,1,2] parameters { season_length: 2 }"
                             " backtest { horizon: 2 origins: 2 } horizon: 2");
  EXPECT_NEAR(forecast.mean(0) + forecast.mean(1), 3, 0.01);
  EXPECT_GT(forecast.tried_size(), 5);
  const auto campaign = *Ask(&RStub::GuardCampaign,
                             "nodes { node_id: 'n' demand_mean: 1000 demand_standard_deviation: 300"
                             " sold: 900 available: 500 } unit_margin: 10 unit_overage: 2"
                             " elapsed_fraction: 0.5");
  EXPECT_EQ(campaign.alert(), v1::CAMPAIGN_ALERT_RUNS_HOT);
  EXPECT_GT(campaign.buy_quantity(), 0);
}

TEST_F(ReplenishmentTest, EveryFaultAtOnce) {
  EXPECT_EQ(Faults(Ask(&RStub::ComputeOrderQuantity, "fixed_cost: -1").status()),
            "fixed_cost holding_cost ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeOrderQuantity, "order_quantity: 3 discounts {}").status()),
            "order_quantity discounts.holding_rate demand_rate discounts.price_bands ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeNewsvendor, "").status()),
            "demand holding_cost stockout_cost ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeHorizon, "").status()), "periods ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeReorderPolicy, "").status()),
            "method holding_cost stockout_cost fixed_cost demand_mean ");
  EXPECT_EQ(
      Faults(Ask(&RStub::ComputeReorderPolicy, "method: REORDER_METHOD_SS_EXACT lead_time: 0.5")
                 .status()),
      "lead_time demand holding_cost stockout_cost fixed_cost ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeSafetyStock, "demand_mean: -1").status()),
            "measure demand_mean target ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeLotSizes, "demand: -1").status()),
            "rule demand[0] fixed_cost holding_cost ");
  EXPECT_EQ(Faults(Ask(&RStub::ComputeLoss, "x: inf").status()), "demand x ");
  EXPECT_EQ(Faults(Ask(&RStub::ClassifySkus, "items { value: -1 }").status()),
            "items[0].sku_id items[0].value ");
  EXPECT_EQ(Faults(Ask(&RStub::OptimizeEchelons, "").status()), "stages ");
  EXPECT_EQ(Faults(Ask(&RStub::OptimizeSerialSystem, "").status()),
            "stages stockout_cost demand_standard_deviation ");
  EXPECT_EQ(Faults(Ask(&RStub::ForecastSeries, "missing: 0 horizon: -1").status()),
            "missing[0] series horizon ");
  EXPECT_EQ(Faults(Ask(&RStub::GuardCampaign, "").status()), "nodes unit_margin unit_overage ");
  EXPECT_EQ(Faults(Ask(&RStub::SetReplenishmentPolicy, "").status()),
            "policy.rule policy.measure policy.a_service_bps policy.b_service_bps"
            " policy.c_service_bps policy.review_period_days policy.order_cost.currency_code"
            " policy.unit_cost.currency_code policy.max_cover_days policy.history_days"
            " policy.backtest_origins ");
  EXPECT_EQ(Faults(Call(&Stub::PlanReplenishment,
                        "source: DEMAND_SOURCE_SHIPMENTS as_of_date { year: 2026 month: 13 day: 1 }"
                        " items { series_id: 'x' on_order: -1 } items { series_id: 'x' }"
                        " events { uplift: 0 }")
                       .status()),
            "series_kind source node_ids as_of_date items[0].on_order items[1] events[0].first_date"
            " events[0].last_date events[0].uplift ");
  EXPECT_THAT(Call(&Stub::PlanReplenishment, "series_kind: SERIES_KIND_SKU page_size: -1").status(),
              HasReason("INVALID_FIELDS"));
}

TEST_F(ReplenishmentTest, ImportReplacesAndRefuses) {
  MakeWorld();
  auto rows = Rows("shirts", 30, [](int) { return 10; });
  ASSERT_OK_AND_ASSIGN(auto answer, Import({rows}));
  EXPECT_EQ(answer.created_count(), 30);
  rows.mutable_rows(0)->set_quantity(11);
  ASSERT_OK_AND_ASSIGN(answer, Import({rows}));
  EXPECT_EQ(answer.updated_count(), 1);
  EXPECT_EQ(answer.unchanged_count(), 29);
  EXPECT_EQ(Db().Count("SELECT SUM(quantity) FROM demand_day"), 301);
  // Refused rows leave the others alone.
  auto bad = Rows("shirts", 4, [](int) { return 5; });
  bad.mutable_rows(0)->set_quantity(-1);
  bad.mutable_rows(1)->set_series_id("");
  bad.mutable_rows(2)->set_node_id("nowhere");
  ASSERT_OK_AND_ASSIGN(answer, Import({bad}));
  EXPECT_EQ(answer.error_count(), 3);
  EXPECT_EQ(answer.updated_count(), 1);
  std::set<std::string> reasons;
  for (const auto& error : answer.errors()) reasons.insert(error.field() + " " + error.reason());
  EXPECT_THAT(reasons,
              ::testing::UnorderedElementsAre("quantity INVALID_FIELDS", "series_id INVALID_FIELDS",
                                              "node_id NOT_FOUND"));
  auto sku = Rows(
      "no-such", 1, [](int) { return 5; }, "$NODE1", v1::SERIES_KIND_SKU);
  ASSERT_OK_AND_ASSIGN(answer, Import({sku}));
  EXPECT_EQ(answer.errors(0).reason(), "NOT_FOUND");
  // Another tenant's node is not there.
  ASSERT_OK_AND_ASSIGN(answer, Import({Rows(
                                          "shirts", 1, [](int) { return 5; }, "$NODE1")},
                                      "org-b"));
  EXPECT_EQ(answer.errors(0).reason(), "NOT_FOUND");
  auto dry = Rows("hats", 3, [](int) { return 5; });
  dry.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(answer, Import({dry}));
  EXPECT_EQ(answer.created_count(), 3);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM demand_day WHERE series_id = 'hats'"), 0);
  EXPECT_THAT(Import({}).status(), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Import({v1::ImportDemandRequest()}).status(), HasReason("INVALID_FIELDS"));
}

TEST_F(ReplenishmentTest, Policies) {
  ASSERT_OK_AND_ASSIGN(auto policy, Ask(&RStub::GetReplenishmentPolicy, ""));
  EXPECT_EQ(policy.version(), 0);
  EXPECT_EQ(policy.a_service_bps(), 9800);
  v1::SetReplenishmentPolicyRequest request;
  *request.mutable_policy() = policy;
  request.mutable_policy()->set_a_service_bps(9900);
  request.set_request_id("p1");
  ASSERT_OK_AND_ASSIGN(const auto set,
                       rpc::Call(*rstub_, &RStub::SetReplenishmentPolicy, request, AsOf("org-a")));
  EXPECT_EQ(set.version(), 1);
  clock_.Advance(absl::Seconds(9));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       rpc::Call(*rstub_, &RStub::SetReplenishmentPolicy, request, AsOf("org-a")));
  EXPECT_THAT(again, EqualsProto(set));
  ASSERT_OK_AND_ASSIGN(policy, Ask(&RStub::GetReplenishmentPolicy, ""));
  EXPECT_THAT(policy, EqualsProto(set));
  EXPECT_EQ(Ask(&RStub::GetReplenishmentPolicy, "version: 0")->a_service_bps(), 9800);
  EXPECT_EQ(Ask(&RStub::GetReplenishmentPolicy, "", "org-b")->version(), 0);
  EXPECT_THAT(Ask(&RStub::GetReplenishmentPolicy, "version: 7").status(), HasReason("NOT_FOUND"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE org_id = 'org-a'"
                       " AND type LIKE '%ReplenishmentPolicyChanged'"),
            Db().Count("SELECT COUNT(*) FROM replenishment_policy WHERE org_id = 'org-a'"));
}

TEST_F(ReplenishmentTest, AnotherTenantReachesNothing) {
  MakeWorld();
  ASSERT_OK(Import({Rows(
      "$SKU1", 90, [](int) { return 20; }, "$NODE1", v1::SERIES_KIND_SKU)}));
  const std::string ask = "series_kind: SERIES_KIND_SKU node_ids: '$NODE1' request_id: 'plan'";
  ASSERT_OK_AND_ASSIGN(const auto plan, Call(&Stub::PlanReplenishment, ask));
  ASSERT_OK(Call(&Stub::PlanReplenishment, ask));
  // A plan is told of, a replayed one once.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%ReplenishmentPlanned'"), 1);
  // Neither the node nor the SKU; what is said of others' goods is of none of its own.
  const rpc::CallOptions other = As("org-b");
  for (const std::string more : {"node_ids: '$NODE1'", "series_ids: '$SKU1'"}) {
    EXPECT_THAT(Call(&Stub::PlanReplenishment, "series_kind: SERIES_KIND_SKU " + more, other),
                StatusIs(absl::StatusCode::kNotFound))
        << more;
  }
  ASSERT_OK_AND_ASSIGN(const auto foreign,
                       Call(&Stub::PlanReplenishment,
                            "series_kind: SERIES_KIND_SKU"
                            " items { node_id: '$NODE1' series_id: '$SKU1' on_order: 1 }",
                            other));
  EXPECT_EQ(foreign.plan().line_count(), 0);
  // The request id of another tenant is free, and its demand is not seen.
  ASSERT_OK_AND_ASSIGN(
      const auto own,
      Call(&Stub::PlanReplenishment, "series_kind: SERIES_KIND_SKU request_id: 'plan'", other));
  EXPECT_EQ(own.plan().line_count(), 0);
  const std::string named = fmt::format("plan_id: '{}'", plan.plan().plan_id());
  EXPECT_THAT(Ask(&RStub::GetReplenishmentPlan, named, "org-b").status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Ask(&RStub::ListReplenishmentLines, named, "org-b").status(),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReplenishmentTest, PlansSkusAtANode) {
  MakeWorld();
  // $SKU1 sells 20 a day and has 90 left; $SKU2 sells 1 a day and has 100.
  ASSERT_OK(
      Import({Rows(
                  "$SKU1", 90, [](int d) { return 20 + d % 3; }, "$NODE1", v1::SERIES_KIND_SKU),
              Rows(
                  "$SKU2", 90, [](int) { return 1; }, "$NODE1", v1::SERIES_KIND_SKU)}));
  const std::string ask =
      "series_kind: SERIES_KIND_SKU node_ids: '$NODE1' request_id: 'plan'"
      " items { node_id: '$NODE1' series_id: '$SKU1' on_order: 1 pack_size: 12 minimum_order: 50 }";
  ASSERT_OK_AND_ASSIGN(const auto plan, Call(&Stub::PlanReplenishment, ask));
  ASSERT_EQ(plan.lines_size(), 2);
  EXPECT_EQ(plan.plan().line_count(), 2);
  EXPECT_EQ(plan.plan().as_of_date().day(), 14);
  const bool first = plan.lines(0).series_id() == Fill("$SKU1");
  const auto& hot = plan.lines(first ? 0 : 1);
  const auto& slow = plan.lines(first ? 1 : 0);
  EXPECT_EQ(hot.available(), 90);
  EXPECT_EQ(hot.abc(), "A");
  EXPECT_NEAR(hot.daily_demand(), 21, 1);
  EXPECT_NEAR(hot.exposed_demand(), 84, 4);
  EXPECT_LE(hot.available() + hot.on_order(), hot.order_point());
  EXPECT_GE(hot.suggested_quantity(), 50);
  EXPECT_EQ(hot.suggested_quantity() % 12, 0);
  EXPECT_THAT(hot.explanation(), ::testing::HasSubstr("order point is"));
  EXPECT_EQ(hot.formulas_size(), 3);
  EXPECT_EQ(slow.suggested_quantity(), 0);
  // A replay answers the same plan; another call makes another.
  ASSERT_OK_AND_ASSIGN(const auto replayed, Call(&Stub::PlanReplenishment, ask));
  EXPECT_THAT(replayed, EqualsProto(plan));
  // Pages of a plan.
  const std::string id = plan.plan().plan_id();
  ASSERT_OK_AND_ASSIGN(const auto read,
                       Ask(&RStub::GetReplenishmentPlan, fmt::format("plan_id: '{}'", id)));
  EXPECT_THAT(read, EqualsProto(plan.plan()));
  ASSERT_OK_AND_ASSIGN(const auto page, Ask(&RStub::ListReplenishmentLines,
                                            fmt::format("plan_id: '{}' page_size: 1", id)));
  EXPECT_THAT(page.lines(0), EqualsProto(plan.lines(0)));
  ASSERT_OK_AND_ASSIGN(
      const auto rest,
      Ask(&RStub::ListReplenishmentLines,
          fmt::format("plan_id: '{}' page_size: 1 page_token: '{}'", id, page.next_page_token())));
  EXPECT_THAT(rest.lines(0), EqualsProto(plan.lines(1)));
  EXPECT_EQ(rest.next_page_token(), "");
  EXPECT_EQ(Ask(&RStub::ListReplenishmentLines, fmt::format("plan_id: '{}' orders_only: true", id))
                ->lines_size(),
            1);
  ASSERT_OK_AND_ASSIGN(const auto short_plan,
                       Call(&Stub::PlanReplenishment,
                            "series_kind: SERIES_KIND_SKU node_ids: '$NODE1' page_size: 1"));
  EXPECT_EQ(Ask(&RStub::ListReplenishmentLines,
                fmt::format("plan_id: '{}' page_token: '{}'", short_plan.plan().plan_id(),
                            short_plan.next_page_token()))
                ->lines_size(),
            1);
  // Other tenants, unknown ids.
  for (const char* org : {"org-a", "org-b"}) {
    const std::string name = org == std::string("org-a") ? "no-plan" : id;
    EXPECT_THAT(Ask(&RStub::GetReplenishmentPlan, fmt::format("plan_id: '{}'", name), org).status(),
                HasReason("NOT_FOUND"));
    EXPECT_THAT(
        Ask(&RStub::ListReplenishmentLines, fmt::format("plan_id: '{}'", name), org).status(),
        HasReason("NOT_FOUND"));
  }
  EXPECT_THAT(
      Call(&Stub::PlanReplenishment, "series_kind: SERIES_KIND_SKU series_ids: 'none'").status(),
      HasReason("NOT_FOUND"));
}

TEST_F(ReplenishmentTest, WhatConsignorsSoldIsNotBoughtForThem) {
  MakeWorld();
  ASSERT_OK(Call(&Stub::Receive,
                 "node_id: '$NODE1' lines { sku_id: '$SKU2' owner_id: 'brand' quantity: 100 }"
                 " lines { sku_id: '$SKU1' owner_id: 'brand' quantity: 100 }"));
  const auto sell = [&](const std::string& line) {
    ASSERT_OK_AND_ASSIGN(
        const auto sold,
        Call(&Stub::Reserve, "reservation { lines { node_id: '$NODE1' " + line + " } }"));
    const std::string id = fmt::format("reservation_id: '{}'", sold.reservation_id());
    ASSERT_OK(Call(&Stub::ConfirmReservation, id));
    ASSERT_OK(Call(&Stub::ShipOrder, id));
  };
  sell("sku_id: '$SKU1' quantity: 4");
  sell("sku_id: '$SKU1' owner_id: 'brand' quantity: 90");
  sell("sku_id: '$SKU2' owner_id: 'brand' quantity: 90");
  ASSERT_OK_AND_ASSIGN(const auto plan,
                       Call(&Stub::PlanReplenishment,
                            "series_kind: SERIES_KIND_SKU source: DEMAND_SOURCE_SHIPMENTS"
                            " node_ids: '$NODE1' as_of_date { year: 2026 month: 1 day: 15 }"));
  ASSERT_EQ(plan.lines_size(), 1);
  EXPECT_EQ(plan.lines(0).series_id(), Fill("$SKU1"));
  EXPECT_NEAR(plan.lines(0).daily_demand(), 4, 0.01);
}

TEST_F(ReplenishmentTest, PlansCategoriesOfTheNetworkAndCampaigns) {
  MakeWorld();
  ASSERT_OK(Import({Rows("shirts", 120, [](int d) { return d % 7 >= 5 ? 100 : 50; })}));
  ASSERT_OK_AND_ASSIGN(const auto plain,
                       Call(&Stub::PlanReplenishment, "series_kind: SERIES_KIND_CATEGORY"));
  ASSERT_EQ(plain.lines_size(), 1);
  EXPECT_EQ(plain.lines(0).available(), 190);  // both SKUs of the category, less the reservation
  ASSERT_OK_AND_ASSIGN(
      const auto lifted,
      Call(&Stub::PlanReplenishment,
           "series_kind: SERIES_KIND_CATEGORY events { first_date { year: 2026 month: 1 day: 15 }"
           " last_date { year: 2026 month: 1 day: 20 } uplift: 3 }"));
  EXPECT_NEAR(lifted.lines(0).exposed_demand(), 3 * plain.lines(0).exposed_demand(), 1);
  EXPECT_GT(lifted.lines(0).order_point(), 2 * plain.lines(0).order_point());
  // Nothing known: a plan without lines.
  ASSERT_OK_AND_ASSIGN(const auto none,
                       Call(&Stub::PlanReplenishment, "series_kind: SERIES_KIND_SKU"));
  EXPECT_EQ(none.plan().line_count(), 0);
}

}  // namespace
}  // namespace kefu::warehouse
