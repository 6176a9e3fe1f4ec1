#include "bench/payroll/service.h"

#include <google/protobuf/text_format.h>

#include "bench/payroll/plain.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;
using Stub = v1::PerformanceService::Stub;
using Facts = v1::FactService::Stub;

constexpr absl::Duration kCallTime = absl::Minutes(10);
constexpr int kRowsAtOnce = 1'000;  // of a message
constexpr db::Sql kEmploy{"INSERT INTO employment (org_id, agent_id, hire_day) VALUES (?, ?, ?)"};

// One stream of all rows; set(row, fact) puts a fact into a row.
template <class Request, class Client, class Fact, class Set>
absl::Status Send(Client& client,
                  std::unique_ptr<grpc::ClientWriter<Request>> (Client::*method)(
                      grpc::ClientContext*, v1::ImportResponse*),
                  const std::string& token, const std::vector<Fact>& all, const Set& set) {
  grpc::ClientContext context;
  rpc::Prepare({.timeout = kCallTime, .token = token}, context);
  v1::ImportResponse response;
  const auto writer = (client.*method)(&context, &response);
  Request request;
  request.mutable_header()->set_shop_id(std::string(kPayShop));
  for (const Fact& fact : all) {
    set(*request.add_rows(), fact);
    if (request.rows_size() < kRowsAtOnce && &fact != &all.back()) continue;
    if (!writer->Write(request)) break;
    request.Clear();
  }
  writer->WritesDone();
  RETURN_IF_ERROR(rpc::FromGrpc(writer->Finish()));
  if (response.inserted() == static_cast<int64_t>(all.size())) return absl::OkStatus();
  return absl::InternalError(
      fmt::format("{} of {} facts inserted", response.inserted(), all.size()));
}

template <class Request>
Request Of(absl::CivilMonth month) {
  Request request;
  request.set_shop_id(std::string(kPayShop));
  request.set_year(static_cast<int32_t>(month.year()));
  request.set_month(month.month());
  return request;
}

// By the sales of a whole shop: the plan that a year is held against.
constexpr char kPlan[] =
    "display_name: 'bench' currency_code: 'CNY' base_pay {{ currency_code: 'CNY' minor_units: {} }}"
    " commission {{ bands {{ from {{ currency_code: 'CNY' }} to {{ currency_code: 'CNY' "
    "minor_units: {} }} rate_bps: 300 }} bands {{ from {{ currency_code: 'CNY' minor_units: {} }}"
    " rate_bps: 500 }} }} attendance {{ overtime_hour {{ currency_code: 'CNY' minor_units: {} }} }}"
    " scorecard_id: 'points_30' conduct_fines: true effective_from {{ year: {} month: {} day: 1 }}";

}  // namespace

absl::StatusOr<std::unique_ptr<PayService>> PayService::Start(Environment& environment) {
  ASSIGN_OR_RETURN(RunningService service, environment.StartService("performance"));
  std::unique_ptr<PayService> result(new PayService(std::move(service)));
  result->token_ = environment.OwnerToken();
  ASSIGN_OR_RETURN(const auto channel, rpc::MakeChannel(result->service_.target));
  result->stub_ = v1::PerformanceService::NewStub(channel);
  result->pay_ = v1::PayrollService::NewStub(channel);
  result->facts_ = v1::FactService::NewStub(channel);
  return result;
}

absl::Status PayService::Configure(const YearPlan& plan) {
  v1::ConfigureShopRequest shop;
  shop.mutable_settings()->set_shop_id(std::string(kPayShop));
  shop.mutable_settings()->set_time_zone(std::string(kPayZone));
  shop.mutable_settings()->set_currency_code("CNY");
  RETURN_IF_ERROR(rpc::Call(*stub_, &Stub::ConfigureShop, shop, {.token = token_}).status());
  v1::CreatePayPlanRequest request;
  const std::string text = fmt::format(kPlan, kBaseMinor, kBandMinor, kBandMinor,
                                       kOvertimeHourMinor, kFirstMonth.year(), kFirstMonth.month());
  if (!google::protobuf::TextFormat::ParseFromString(text, request.mutable_plan())) {
    return absl::InternalError("the plan cannot be read");
  }
  request.mutable_plan()->set_shop_id(std::string(kPayShop));
  RETURN_IF_ERROR(
      rpc::Call(*pay_, &v1::PayrollService::Stub::CreatePayPlan, request, {.token = token_})
          .status());
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(service_.database));
  return database->RunInTransaction(
      absl::Now() + kCallTime, [&](db::Transaction& t) -> absl::Status {
        const absl::CivilDay hired(kFirstMonth - 12);
        for (int agent = 0; agent < plan.agents; ++agent) {
          RETURN_IF_ERROR(t.Execute(kEmploy, {kOrg, AgentId(agent), hired}).status());
        }
        return absl::OkStatus();
      });
}

absl::Status PayService::Import(const MonthOfFacts& facts) {
  RETURN_IF_ERROR(Send(*stub_, &Stub::ImportConversations, token_, facts.conversations,
                       [](auto& row, const auto& fact) { *row.mutable_conversation() = fact; }));
  RETURN_IF_ERROR(Send(*stub_, &Stub::ImportOrders, token_, facts.orders,
                       [](auto& row, const auto& fact) { *row.mutable_order() = fact; }));
  RETURN_IF_ERROR(Send(*stub_, &Stub::ImportRefunds, token_, facts.refunds,
                       [](auto& row, const auto& fact) { *row.mutable_refund() = fact; }));
  RETURN_IF_ERROR(Send(*facts_, &Facts::ImportAttendance, token_, facts.attendance,
                       [](auto& row, const auto& fact) { *row.mutable_attendance() = fact; }));
  return Send(*facts_, &Facts::ImportConduct, token_, facts.conduct,
              [](auto& row, const auto& fact) { *row.mutable_conduct() = fact; });
}

absl::Status PayService::Close(absl::CivilMonth month) {
  return rpc::Call(*stub_, &Stub::ClosePeriod, Of<v1::ClosePeriodRequest>(month),
                   {.timeout = kCallTime, .token = token_})
      .status();
}

absl::StatusOr<std::vector<v1::Statement>> PayService::Payroll(absl::CivilMonth month) {
  auto request = Of<v1::ComputePayrollRequest>(month);
  request.set_page_size(1'000);
  std::vector<v1::Statement> all;
  do {
    ASSIGN_OR_RETURN(auto page, rpc::Call(*stub_, &Stub::ComputePayroll, request,
                                          {.timeout = kCallTime, .token = token_}));
    all.insert(all.end(), page.statements().begin(), page.statements().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::Statement> PayService::Statement(absl::CivilMonth month,
                                                    const std::string& agent_id) {
  auto request = Of<v1::GetStatementRequest>(month);
  request.set_agent_id(agent_id);
  return rpc::Call(*pay_, &v1::PayrollService::Stub::GetStatement, request,
                   {.timeout = kCallTime, .token = token_});
}

absl::StatusOr<v1::SimulatePayrollResponse> PayService::Simulate(absl::CivilMonth first,
                                                                 int months) {
  auto request = Of<v1::SimulatePayrollRequest>(first);
  request.set_month_count(months);
  request.set_pay_plan_id("shipped:shop-share");
  return rpc::Call(*stub_, &Stub::SimulatePayroll, request,
                   {.timeout = kCallTime, .token = token_});
}

absl::Status PayService::Verify(absl::CivilMonth month) {
  ASSIGN_OR_RETURN(const auto verified, rpc::Call(*pay_, &v1::PayrollService::Stub::VerifyPeriod,
                                                  Of<v1::VerifyPeriodRequest>(month),
                                                  {.timeout = kCallTime, .token = token_}));
  if (verified.intact()) return absl::OkStatus();
  return absl::InternalError("a closed month is not intact: " + verified.ShortDebugString());
}

}  // namespace kefu::bench
