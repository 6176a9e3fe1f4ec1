// Cases of two months at random, kept beside the database: what figures are compared with is
// counted from the values, without SQL.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "kefu/aftersales/v1/case_figures.grpc.pb.h"
#include "services/aftersales/domain/insight/figures.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/payments.h"
#include "services/aftersales/store/returns.h"
#include "services/aftersales/store/shipped.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {

using FigureStub = v1::CaseFigureService::Stub;

// A case and what other tables know of it.
struct KnownCase {
  domain::Case record;
  std::string reason;                                        // of its last evaluation
  int64_t cost = 0;                                          // in fen
  std::string carrier;                                       // of its order
  std::vector<std::optional<store::ShippedPieces>> shipped;  // line by line
};

class FiguresTest : public AftersalesTest {
 public:
  // Of which base an agent is; empty of own staff.
  static std::string BaseOf(const std::string& agent) {
    const auto found = kBases.find(agent);
    return found == kBases.end() ? "" : found->second;
  }

 protected:
  using AftersalesTest::AftersalesTest;

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (FigureStub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                               const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*figures_, method, Parse<Request>(Fill(text)), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (FigureStub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                               const std::string& text) {
    return Ask(method, text, As("org-a"));
  }

  absl::Time Now() const { return clock_.Now(); }
  int Any(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  absl::Duration AnyTime(absl::Duration below) {
    return absl::Microseconds(
        std::uniform_int_distribution<int64_t>(0, absl::ToInt64Microseconds(below) - 1)(random_));
  }
  template <class T>
  T OneOf(std::initializer_list<T> values) {
    return *(values.begin() + Any(static_cast<int>(values.size())));
  }

  // Orders w0 to w39 of both shops with their carriers, half of their lines shipped; agents 1 and 2
  // are own staff, 3 and 4 of base-1, 5 of base-2. The base alone knows 4.
  void Staff() {
    Tell<::kefu::staffing::v1::OrganizationChanged>("org-a",
                                                    R"(organization { currency_code: "CNY" })");
    for (const auto& [agent, base] : kBases) {
      const bool seat = agent == kSeat;
      Tell<::kefu::staffing::v1::AgentChanged>(seat ? base : "org-a",
                                               fmt::format(R"(agent {{ agent_id: "{}" base_id: "{}"
                                           hire_date {{ year: 2025 month: 1 day: 1 }} }})",
                                                           agent, seat ? "" : base));
    }
    Hear<::kefu::staffing::v1::ContractChanged>("org-a",
                                                R"pb(contract {
                                                       contract_id: "k"
                                                       base_id: "base-1"
                                                       shop_ids: "shop-1"
                                                       shop_ids: "shop-2"
                                                       period {
                                                         start_date { year: 2025 month: 1 day: 1 }
                                                         end_date { year: 2026 month: 12 day: 31 }
                                                       }
                                                     })pb");
  }
  void Do(const std::function<absl::Status(db::Transaction&)>& body) {
    ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), body));
  }

  void SellAndShip() {
    for (int i = 0; i < 40; ++i) {
      for (const char* shop : {"shop-1", "shop-2"}) {
        domain::Order order;
        order.org_id = "org-a";
        order.shop_id = shop;
        order.order_id = fmt::format("w{}", i);
        order.currency = "CNY";
        order.paid_minor = 10000;
        order.create_time = Now() - AnyTime(absl::Hours(24 * 60));
        if (i % 5 != 0) order.pay_time = order.create_time;
        order.told = order.create_time;
        order.carrier = OneOf({"", "SF", "YTO"});
        order.lines = {{"S-1", "clothing", 2, 6000}, {"S-2", "", 1, 4000}};
        Do([&](db::Transaction& t) {
          const std::vector<const domain::Order*> one{&order};
          return store::PutOrders(t, one).status();
        });
        carriers_[{shop, order.order_id}] = order.carrier;
        for (const char* sku : {"S-1", "S-2"}) {
          if (Any(2) == 0) continue;
          store::ShippedPieces pieces{shop, order.order_id, {}, absl::CivilDay(2026, 1, 5), 1};
          pieces.series = {sku, OneOf({"node-1", "node-2"}), OneOf({"A", "B"})};
          Do([&](db::Transaction& t) { return store::AddShipped(t, "org-a", {&pieces, 1}); });
          shipped_[{shop, order.order_id, sku}] = pieces;
        }
      }
    }
  }

  domain::SlaClock AnyClock(domain::ClockKind kind, absl::Time start, absl::Duration time,
                            const std::string& owner) {
    domain::SlaClock clock{.kind = kind, .state = domain::ClockState::kRunning, .start = start};
    clock.base_due = clock.due = start + time;
    clock.zone.name = "Asia/Shanghai";
    clock.policy = {"", "default/sla", 1};
    if (clock.due < Now() && Any(4) == 0) {
      clock.state = domain::ClockState::kBreached;
      clock.breach = clock.due;
    } else if (clock.due < Now() || Any(3) == 0) {
      clock.state = domain::ClockState::kMet;
      clock.met = std::min(Now(), start + AnyTime(time));
      if (Any(5) == 0) clock.due = absl::InfiniteFuture();  // it stood still
    } else if (Any(6) == 0) {
      clock.state = domain::ClockState::kPaused;
      clock.due = absl::InfiniteFuture();
    }
    if (clock.breach || clock.met) clock.breach_owner = owner;
    const bool past = kind == domain::ClockKind::kNextResponse;
    if (past && clock.met && Any(3) == 0) {
      clock.state = domain::ClockState::kCancelled;
      clock.cancel = clock.met;
      clock.met.reset();
    }
    return clock;
  }

  std::string AnyAgent() {
    return OneOf<std::string>({"", "agent-1", "agent-2", "agent-3", "agent-4", "agent-5"});
  }

  KnownCase AnyCase() {
    KnownCase known;
    domain::Case& c = known.record;
    c.org_id = "org-a";
    c.case_id = ids_.Next();
    c.shop_id = OneOf({"shop-1", "shop-2"});
    c.kind = OneOf({domain::CaseKind::kReturn, domain::CaseKind::kExchange,
                    domain::CaseKind::kServiceComplaint});
    c.channel = domain::CaseChannel::kChat;
    c.priority = domain::CasePriority::kNormal;
    if (Any(6) != 0) c.order_id = fmt::format("w{}", Any(40));
    if (Any(4) != 0) c.customer_id = fmt::format("buyer-{}", Any(12));
    for (int lines = Any(4); lines > 0; --lines) {
      const bool first = Any(2) == 0;
      c.lines.push_back({first ? "S-1" : "S-2", first ? "clothing" : OneOf({"", "shoes"}), 1});
    }
    c.problem = "坏了";
    c.assignee_agent_id = AnyAgent();
    c.receive_time = FromMicros(ToMicros(Now() - AnyTime(absl::Hours(24 * 40))));
    c.state = OneOf({domain::CaseState::kOpen, domain::CaseState::kWaitingCustomer,
                     domain::CaseState::kDecided, domain::CaseState::kClosed,
                     domain::CaseState::kMerged});
    c.result = OneOf({domain::ReviewResult::kUnspecified, domain::ReviewResult::kApproved});
    c.version = 1;
    c.create_time = c.update_time = c.receive_time;
    c.clocks = {
        AnyClock(domain::ClockKind::kFirstAnswer, c.receive_time, absl::Hours(24), AnyAgent()),
        AnyClock(domain::ClockKind::kResolution, c.receive_time, absl::Hours(72), AnyAgent())};
    if (Any(3) == 0) {
      const absl::Time before = c.receive_time + absl::Minutes(1);
      const auto why = OneOf({domain::Replacement::kNewMessage, domain::Replacement::kNewMessage,
                              domain::Replacement::kPolicyChanged});
      c.replaced.push_back(
          {AnyClock(domain::ClockKind::kNextResponse, before, absl::Hours(4), AnyAgent()),
           before + absl::Hours(5), why});
    }
    const bool over =
        c.state == domain::CaseState::kClosed || c.state == domain::CaseState::kMerged;
    for (domain::SlaClock& clock : c.clocks) {
      if (!over || clock.met || clock.breach) continue;
      clock.state = domain::ClockState::kCancelled;
      clock.cancel = Now();
      clock.breach_owner = AnyAgent();
    }
    return known;
  }

  void MakeWorld(int cases) {
    Staff();
    SellAndShip();
    for (int i = 0; i < cases; ++i) {
      KnownCase known = AnyCase();
      domain::Case& c = known.record;
      Do([&](db::Transaction& t) { return store::InsertCase(t, c); });
      for (int n = Any(3); n > 0; --n) {
        known.reason = OneOf({"QUALITY_DEFECT", "SIZE_DIFFERS"});
        Do([&](db::Transaction& t) {
          return store::InsertReturnEvaluation(t, {.org_id = "org-a",
                                                   .evaluation_id = ids_.Next(),
                                                   .shop_id = c.shop_id,
                                                   .case_id = c.case_id,
                                                   .create_time = c.receive_time,
                                                   .body = "",
                                                   .reason = known.reason});
        });
      }
      Pay(known);
      if (!c.order_id.empty()) known.carrier = carriers_[{c.shop_id, c.order_id}];
      for (const domain::CaseLine& line : c.lines) {
        const auto found = shipped_.find({c.shop_id, c.order_id, line.sku});
        known.shipped.push_back(found == shipped_.end() ? std::nullopt
                                                        : std::optional(found->second));
      }
      world_.push_back(std::move(known));
    }
  }

  void Pay(KnownCase& known) {
    using Purpose = store::PaymentPurpose;
    for (int n = Any(3); n > 0; --n) {
      store::Payment p{.org_id = "org-a", .payment_id = ids_.Next()};
      p.shop_id = known.record.shop_id;
      p.order_id = known.record.order_id;
      p.case_id = known.record.case_id;
      p.process_id = ids_.Next();
      p.purpose = OneOf({Purpose::kRefund, Purpose::kCollection, Purpose::kCompensation,
                         Purpose::kAdvance, Purpose::kCharge});
      p.amount = {OneOf({"CNY", "CNY", "USD"}), 100 + Any(900)};
      p.state = OneOf({store::PaymentState::kPaid, store::PaymentState::kPaidOutOfBand,
                       store::PaymentState::kRequested});
      p.create_time = known.record.receive_time;
      Do([&](db::Transaction& t) { return store::InsertPayment(t, p); });
      const bool counts = p.state != store::PaymentState::kRequested &&
                          p.amount.currency == "CNY" && p.purpose != Purpose::kCharge;
      if (counts)
        known.cost += p.purpose == Purpose::kCollection ? -p.amount.minor : p.amount.minor;
    }
  }

  inline static const std::map<std::string, std::string> kBases = {{"agent-1", ""},
                                                                   {"agent-2", ""},
                                                                   {"agent-3", "base-1"},
                                                                   {"agent-4", "base-1"},
                                                                   {"agent-5", "base-2"}};
  static constexpr std::string_view kSeat = "agent-4";
  std::mt19937 random_{20260115};
  std::map<std::pair<std::string, std::string>, std::string> carriers_;
  std::map<std::tuple<std::string, std::string, std::string>, store::ShippedPieces> shipped_;
  std::vector<KnownCase> world_;
  const std::unique_ptr<FigureStub> figures_ = v1::CaseFigureService::NewStub(host_.channel());
};

}  // namespace kefu::aftersales
