// Pay on a real database behind a real gRPC server: shop "s" in Asia/Shanghai and CNY, November
// 2024, with the clock in December.
#pragma once

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/status/status_macros.h"
#include "kefu/performance/v1/facts.grpc.pb.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/tests/fixture.h"

namespace kefu::performance {

using PayStub = v1::PayrollService::Stub;

inline constexpr int64_t kDaySeconds = 86'400;
inline constexpr char kNovember[] = "shop_id: 's' year: 2024 month: 11 ";
inline constexpr char kDecember[] = "shop_id: 's' year: 2024 month: 12 ";
inline constexpr char kJanuary[] = "shop_id: 's' year: 2025 month: 1 ";
inline constexpr char kFebruary[] = "shop_id: 's' year: 2025 month: 2 ";

inline std::string Fen(int64_t minor) {
  return fmt::format("{{ currency_code: 'CNY' minor_units: {} }}", minor);
}

// 3 % to ¥500 and 5 % from there, base pay ¥3,000 unless another is named.
inline std::string SimplePlan(const std::string& more = "", const std::string& commission = "",
                              int64_t base = 300'000) {
  return fmt::format(
      "display_name: 'simple' currency_code: 'CNY' base_pay {} commission {{ bands {{ from {} to {}"
      " rate_bps: 300 }} bands {{ from {} rate_bps: 500 }} {} }} {}",
      Fen(base), Fen(0), Fen(50'000), Fen(50'000), commission, more);
}
inline constexpr char kFromNovember[] = "effective_from { year: 2024 month: 11 day: 1 }";

class PayrollTest : public PerformanceTest {
 protected:
  PayrollTest() {
    pay_ = v1::PayrollService::NewStub(host_.channel());
    facts_ = v1::FactService::NewStub(host_.channel());
    clock_.Advance(absl::Hours(24) * 25);  // to the 6th of December
  }

  template <class Client, class Request, class Response>
  absl::StatusOr<Response> Ask(Client& client,
                               grpc::Status (Client::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                               const std::string& text) {
    return rpc::Call(client, method, Parse<Request>(text), As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Pay(grpc::Status (PayStub::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                               const std::string& text) {
    return Ask(*pay_, method, text);
  }

  // `agent` answers a customer and sells for `minor` some days after the 11th of November 2024.
  // Staffing has told of whoever sells, but for the strangers of a test.
  absl::Status Sell(const std::string& id, const std::string& agent, int64_t minor, int day = 0,
                    bool new_buyer = false) {
    if (!strangers_.contains(agent) && !hired_.contains(agent)) Hire(agent);
    const std::string customer = "u-" + id;
    RETURN_IF_ERROR(
        Conversations({Talk("c-" + id, customer, day * kDaySeconds + 36'000, agent)}).status());
    std::string sale = Sale(id, customer, day * kDaySeconds + 40'000, minor);
    if (new_buyer) sale += " new_buyer: true";
    return Orders({sale}).status();
  }
  // As Sell, in any shop; the agent is told of by whoever asks.
  absl::Status SellIn(const std::string& shop, const std::string& id, const std::string& agent,
                      int64_t minor, int day = 0) {
    v1::ImportConversationsRequest talks;
    v1::ImportOrdersRequest orders;
    talks.mutable_header()->set_shop_id(shop);
    orders.mutable_header()->set_shop_id(shop);
    *talks.add_rows()->mutable_conversation() =
        Parse<v1::Conversation>(Talk("c-" + id, "u-" + id, day * kDaySeconds + 36'000, agent));
    *orders.add_rows()->mutable_order() =
        Parse<v1::Order>(Sale(id, "u-" + id, day * kDaySeconds + 40'000, minor));
    RETURN_IF_ERROR(
        Stream(&Stub::ImportConversations, {talks}, As("org-a"), /*with_header=*/false).status());
    return Stream(&Stub::ImportOrders, {orders}, As("org-a"), /*with_header=*/false).status();
  }
  absl::Status PayBack(const std::string& id, const std::string& order, int64_t minor, int day) {
    return Refunds({fmt::format("refund_id: '{}' order_id: '{}' refund_time {{ seconds: {} }}"
                                " amount {}",
                                id, order, kMidnight + day * kDaySeconds + 50'000, Fen(minor))})
        .status();
  }

  absl::StatusOr<v1::PayPlan> Plan(const std::string& text) {
    return Pay(&PayStub::CreatePayPlan, fmt::format("plan {{ shop_id: 's' {} }}", text));
  }
  absl::StatusOr<v1::Statement> StatementOf(const std::string& agent,
                                            const std::string& month = kNovember) {
    return Pay(&PayStub::GetStatement, fmt::format("{} agent_id: '{}'", month, agent));
  }
  absl::StatusOr<v1::PayPeriod> Close(const std::string& month = kNovember,
                                      const std::string& more = "") {
    return Call(&Stub::ClosePeriod, month + more);
  }

  // Sends one message to FactService as a stream.
  template <class Request>
  absl::Status Facts(std::unique_ptr<grpc::ClientWriter<Request>> (v1::FactService::Stub::*method)(
                         grpc::ClientContext*, v1::ImportResponse*),
                     Request request, const std::string& shop_id = "s") {
    request.mutable_header()->set_shop_id(shop_id);
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    v1::ImportResponse response;
    auto writer = (facts_.get()->*method)(&context, &response);
    writer->Write(request);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    EXPECT_EQ(response.rejected(), 0) << response.ShortDebugString();
    return status.ok() ? absl::OkStatus() : rpc::FromGrpc(status);
  }

  // Applies an event of staffing in organization "org-a", some days after the 11th of November
  // 2024.
  template <class Payload>
  void Tell(const std::string& text, int day = 0) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    event.mutable_create_time()->set_seconds(kMidnight + day * kDaySeconds);
    event.mutable_payload()->PackFrom(Parse<Payload>(text));
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(60), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }

  void Hire(const std::string& agent, int year = 2024, int month = 1) {
    hired_.insert(agent);
    Tell<kefu::staffing::v1::AgentChanged>(
        fmt::format("agent {{ agent_id: '{}' hire_date {{ year: {} month: {} day: 1 }} }}", agent,
                    year, month));
  }

  static int64_t Amount(const v1::Statement& statement, v1::PayLineKind kind) {
    int64_t sum = 0;
    for (const v1::PayLine& line : statement.lines()) {
      if (line.kind() == kind) sum += line.amount().minor_units();
    }
    return sum;
  }

  // The organization's own scheme of vouchers, whose fines are taken.
  void TakeVoucherFines() {
    using Cards = v1::ScorecardService::Stub;
    const auto cards = v1::ScorecardService::NewStub(host_.channel());
    ASSERT_OK_AND_ASSIGN(auto card, Ask(*cards, &Cards::GetScorecardVersion,
                                        "shop_id: 's' scorecard_id: 'vouchers'"));
    card.set_fines_on(true);
    card.clear_version();
    v1::CreateScorecardRequest request;
    request.set_shop_id("s");
    *request.mutable_scorecard() = card;
    ASSERT_OK(rpc::Call(*cards, &Cards::CreateScorecard, request, As("org-a")));
  }

  // The only closed month is stored so.
  void Replace(const v1::PayPeriod& period) {
    std::string hex;
    for (const unsigned char byte : period.SerializeAsString()) hex += fmt::format("{:02x}", byte);
    Db().Exec(fmt::format("UPDATE pay_period SET body = UNHEX('{}')", hex));
  }

  // Every row behind a line, page by page.
  std::vector<v1::PaySource> SourcesOf(const std::string& agent, int line,
                                       const std::string& month = kNovember) {
    std::vector<v1::PaySource> rows;
    std::string token;
    do {
      const auto page =
          Pay(&PayStub::ExplainStatementLine,
              fmt::format("{} agent_id: '{}' line_number: {} page_size: 2 page_token: '{}'", month,
                          agent, line, token));
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      rows.insert(rows.end(), page->sources().begin(), page->sources().end());
      token = page->next_page_token();
    } while (!token.empty());
    return rows;
  }
  // The rows of each line add up to it, and the lines to the total.
  void CheckTraced(const std::string& agent, const std::string& month = kNovember) {
    ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf(agent, month));
    int64_t total = 0;
    for (const v1::PayLine& line : statement.lines()) {
      int64_t sum = 0;
      for (const v1::PaySource& row : SourcesOf(agent, line.line_number(), month)) {
        sum += row.amount().minor_units();
      }
      EXPECT_EQ(sum, line.amount().minor_units()) << line.ShortDebugString();
      total += line.amount().minor_units();
    }
    EXPECT_EQ(total, statement.total().minor_units());
  }

  // 2025-01-06, 2025-02-06 and so on; the fixture begins on 2024-12-06.
  void NextMonth() { clock_.Advance(absl::Hours(24) * 31); }
  v1::VerifyPeriodResponse Verified(const std::string& month = kNovember) {
    const auto verified = Pay(&PayStub::VerifyPeriod, month);
    EXPECT_TRUE(verified.ok()) << verified.status();
    return verified.ok() ? *verified : v1::VerifyPeriodResponse();
  }

  std::set<std::string> hired_, strangers_;
  std::unique_ptr<PayStub> pay_;
  std::unique_ptr<v1::FactService::Stub> facts_;
};

}  // namespace kefu::performance
