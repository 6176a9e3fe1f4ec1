#include "tests/chaos/flow_people.h"

#include <thread>
#include <utility>

#include "fmt/format.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/aftersales/v1/case_work.grpc.pb.h"
#include "kefu/aftersales/v1/orders.grpc.pb.h"
#include "kefu/warehouse/v1/inbound_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::chaos {
namespace {

namespace as = aftersales::v1;
namespace wh = warehouse::v1;
using Cases = as::AftersalesService;
using Processes = as::ProcessService;
using CaseWork = as::CaseWorkService;
using Houses = wh::WarehouseService;
using Inbound = wh::InboundService;

constexpr int kHands = 12;
constexpr int kMostResumed = 20;  // of one process: what is stuck for another reason stays so
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(150);
constexpr absl::Duration kStall = absl::Minutes(10);

// Whether the other side was faster, as it may be when somebody calls off what goes on.
bool TooLate(const absl::Status& status) { return absl::IsFailedPrecondition(status); }

}  // namespace

FlowPeople::FlowPeople(const Suite& suite, FlowCalls& calls, const FlowWorld& world,
                       const std::vector<Flow>& flows)
    : suite_(suite), calls_(calls), world_(world), flows_(flows) {}

void FlowPeople::Run() {
  for (const Flow& flow : flows_) Post([this, &flow] { Begin(flow); }, /*soon=*/false);
  std::vector<std::thread> hands;
  for (int i = 0; i < kHands; ++i) hands.emplace_back([this] { Work(); });
  moved_ = absl::Now();
  while (!LookAround()) Pause(kBetweenLooks);
  End();
  for (std::thread& hand : hands) hand.join();
}

bool FlowPeople::WaitForCalls(int64_t calls) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || calls_.answered() >= calls; });
  return !over_;
}

void FlowPeople::Post(std::function<void()> job, bool soon) {
  const std::lock_guard lock(mutex_);
  if (soon) {
    jobs_.push_front(std::move(job));
  } else {
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void FlowPeople::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return over_ || !jobs_.empty(); });
    if (over_) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    ++at_work_;
    lock.unlock();
    job();
    lock.lock();
    --at_work_;
    ++done_;
    changed_.notify_all();
  }
}

void FlowPeople::End() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}

// The goods that were sold, where they were sent from a house of ours.
std::string FlowPeople::Sell(const Flow& flow) {
  const std::string id =
      calls_
          .Must<Houses>(&Houses::Stub::Reserve,
                        fmt::format(R"(reservation {{ order_id: "{0}"
                                         lines {{ node_id: "{1}" sku_id: "{2}" quantity: 2 }} }}
                                       request_id: "sell-{0}")",
                                    flow.order_id(), world_.NodeOf(flow), world_.SkuOf(flow)))
          .reservation_id();
  calls_.Must<Houses>(&Houses::Stub::ConfirmReservation,
                      fmt::format(R"(reservation_id: "{0}" request_id: "sold-{0}")", id));
  calls_.Must<Houses>(&Houses::Stub::ShipOrder,
                      fmt::format(R"(reservation_id: "{0}" request_id: "ship-{0}")", id));
  return id;
}

void FlowPeople::Begin(const Flow& flow) {
  const std::string sale = flow.sold_here() ? Sell(flow) : "";
  const auto put = calls_.Must<as::OrderService>(
      &as::OrderService::Stub::PutOrders,
      fmt::format(R"(orders {{ shop_id: "shop" order_id: "{0}" customer_id: "{1}"
                               paid {{ currency_code: "CNY" minor_units: {2} }}
                               create_time {{ seconds: 1767236400 }}
                               update_time {{ seconds: 1767236400 }}
                               reservation_id: "{3}"
                               lines {{ sku: "{4}" quantity: 2
                                        price {{ currency_code: "CNY" minor_units: {2} }} }} }}
                     request_id: "put-{0}")",
                  flow.order_id(), flow.customer_id(), flow.paid(), sale, world_.SkuOf(flow)));
  EXPECT_TRUE(put.results_size() == 1 && put.results(0).error_reason().empty())
      << put.ShortDebugString();
  for (int which = 0; which < flow.cases(); ++which) OpenAndDecide(flow, which);
}

void FlowPeople::OpenAndDecide(const Flow& flow, int which) {
  const std::string case_id =
      calls_
          .Must<Cases>(&Cases::Stub::OpenCase,
                       fmt::format(R"(case {{ shop_id: "shop" kind: CASE_KIND_{0} order_id: "{1}"
                                              channel: CASE_CHANNEL_CHAT problem: "p"
                                              lines {{ sku: "{2}" quantity: {3} }} }}
                                      request_id: "open-{1}-{4}")",
                                   flow.exchange() ? "EXCHANGE" : "RETURN", flow.order_id(),
                                   world_.SkuOf(flow), flow.pieces(), which))
          .case_id();
  {
    const std::lock_guard lock(mutex_);
    deeds_[case_id].flow = &flow;
  }
  if (flow.exchange()) {
    const bool more = flow.story == Story::kPaysMore || flow.story == Story::kCancelledExchange;
    const int64_t difference = more ? kMore : flow.story == Story::kGetsBack ? -kBack : 0;
    calls_.Must<Processes>(
        &Processes::Stub::SetCasePlan,
        fmt::format(R"(plan {{ case_id: "{0}" sent_lines {{ sku: "{1}" quantity: 1 }}
                               price_difference {{ currency_code: "CNY" minor_units: {2} }} }}
                       request_id: "plan-{0}")",
                    case_id, world_.SentFor(flow), difference));
  }
  if (flow.story == Story::kRejected) {
    Review(case_id, "REJECTED", case_id);
    return Close(case_id);
  }
  const bool money_only = flow.story == Story::kCancelledRefund;
  Review(case_id, money_only ? "REFUND_WITHOUT_RETURN" : "APPROVED", case_id);
  if (flow.story == Story::kAppealed) Appeal(case_id);
  if (flow.cancelled() && flow.moment == Moment::kAtOnce) CancelOfCase(flow, case_id);
}

void FlowPeople::Review(const std::string& case_id, const std::string& result,
                        const std::string& why) {
  calls_.Must<Cases>(&Cases::Stub::ReviewCase,
                     fmt::format(R"(case_id: "{}" result: REVIEW_RESULT_{} note: "as it is"
                     request_id: "review-{}")",
                                 case_id, result, why));
}

void FlowPeople::Close(const std::string& case_id) {
  calls_.Must<Cases>(&Cases::Stub::CloseCase,
                     fmt::format(R"(case_id: "{0}" request_id: "close-{0}")", case_id));
}

// What follows the decision goes on meanwhile, and is not begun again.
void FlowPeople::Appeal(const std::string& case_id) {
  calls_.Must<Cases>(&Cases::Stub::AppealCase,
                     fmt::format(R"(case_id: "{0}" party: APPEAL_PARTY_MERCHANT reason: "too much"
                                    request_id: "appeal-{0}")",
                                 case_id));
  calls_.Must<CaseWork>(
      &CaseWork::Stub::DecideAppeal,
      fmt::format(R"(case_id: "{0}" outcome: APPEAL_OUTCOME_DECISION_STANDS note: "it is right"
                     request_id: "stands-{0}")",
                  case_id));
}

void FlowPeople::CancelOfCase(const Flow& flow, const std::string& case_id) {
  const auto list = calls_.Must<Processes>(&Processes::Stub::ListProcesses,
                                           fmt::format(R"(case_id: "{}")", case_id));
  ASSERT_EQ(list.processes_size(), 1) << list.ShortDebugString();
  Cancel(flow, list.processes(0).process_id());
}

void FlowPeople::Cancel(const Flow& flow, const std::string& process_id) {
  const absl::Status status =
      calls_
          .Ask<Processes>(&Processes::Stub::CancelProcess,
                          fmt::format(R"(process_id: "{0}" reason: "the buyer keeps it"
                                         request_id: "cancel-{0}")",
                                      process_id))
          .status();
  EXPECT_TRUE(status.ok() || (flow.cancelled() && TooLate(status))) << status;
}

// What was undone is the agent's again.
void FlowPeople::Conclude(const Flow& flow, const Process& process) {
  if (flow.story == Story::kScarce) {
    return Review(process.case_id(), "REFUND_WITHOUT_RETURN", process.process_id());
  }
  Review(process.case_id(), "REJECTED", process.process_id());
  Close(process.case_id());
}

void FlowPeople::Resume(const Process& process) {
  const absl::Status status = calls_
                                  .Ask<Processes>(&Processes::Stub::ResumeProcess,
                                                  fmt::format(R"(process_id: "{0}" note: "again"
                                         request_id: "resume-{0}-{1}")",
                                                              process.process_id(), process.etag()))
                                  .status();
  EXPECT_TRUE(status.ok() || TooLate(status)) << status;
}

const Flow& FlowPeople::FlowOf(const std::string& case_id) {
  const std::lock_guard lock(mutex_);
  return *deeds_.at(case_id).flow;
}

void FlowPeople::Serve(const Process& process) {
  if (!seen_.insert(process.process_id() + process.step()).second) return;
  const Flow& flow = FlowOf(process.case_id());
  const auto cancel = [&] { Post([=, this, &flow] { Cancel(flow, process.process_id()); }); };
  if (process.awaits() == "GOODS_SHIPPED") {
    Post([=, this, &flow] { Send(flow, process); });
    if (flow.cancelled() && flow.moment == Moment::kGoodsLeave) cancel();
    return;
  }
  switch (flow.story) {
    case Story::kNeverComes:
      return cancel();
    case Story::kCalledOff:
      return Post([=, this] { CallOff(process); });
    case Story::kLostHold:
      return Post([=, this, &flow] {
        LetGo(process);
        BringBack(flow, process);
      });
    default:
      Post([=, this, &flow] { BringBack(flow, process); });
      if (flow.cancelled() && flow.moment == Moment::kGoodsComeIn) cancel();
  }
}

void FlowPeople::BringBack(const Flow& flow, const Process& process) {
  const std::string& id = process.facts().return_id();
  const absl::Status received =
      calls_
          .Ask<Inbound>(&Inbound::Stub::ReceiveReturn,
                        fmt::format(R"(return_id: "{0}" lines {{ sku_id: "{1}" quantity: {2} }}
                                       request_id: "receive-{0}")",
                                    id, world_.SkuOf(flow), flow.pieces()))
          .status();
  if (flow.cancelled() && TooLate(received)) return;  // it goes back to the buyer
  EXPECT_OK(received) << NameOf(flow.story) << " " << process.ShortDebugString();
  if (!received.ok()) return;
  {
    const std::lock_guard lock(mutex_);
    deeds_[process.case_id()].received += flow.pieces();
  }
  calls_.Must<Inbound>(&Inbound::Stub::InspectReturn,
                       fmt::format(R"(return_id: "{0}"
                                      lines {{ receipt_number: 1
                                               results {{ outcome: INSPECTION_OUTCOME_{1}
                                                          quantity: {2} }} }}
                                      request_id: "inspect-{0}")",
                                   id, flow.damaged() ? "DAMAGED" : "SELLABLE", flow.pieces()));
}

void FlowPeople::CallOff(const Process& process) {
  calls_.Must<Inbound>(&Inbound::Stub::CancelReturn,
                       fmt::format(R"(return_id: "{0}" reason: "lost" request_id: "off-{0}")",
                                   process.facts().return_id()));
}

void FlowPeople::LetGo(const Process& process) {
  calls_.Must<Houses>(&Houses::Stub::ReleaseReservation,
                      fmt::format(R"(reservation_id: "{0}" reason: "wanted" request_id: "let-{0}")",
                                  process.facts().reservation_id()));
}

void FlowPeople::Send(const Flow& flow, const Process& process) {
  const absl::Status sent =
      calls_
          .Ask<Houses>(&Houses::Stub::ShipOrder,
                       fmt::format(R"(reservation_id: "{0}" request_id: "ship-{0}")",
                                   process.facts().reservation_id()))
          .status();
  if (flow.cancelled() && TooLate(sent)) return;
  EXPECT_OK(sent) << NameOf(flow.story) << " " << process.ShortDebugString();
  if (!sent.ok()) return;
  const std::lock_guard lock(mutex_);
  ++deeds_[process.case_id()].sent;
}

std::vector<FlowPeople::Process> FlowPeople::List(const std::string& state) {
  std::vector<Process> all;
  std::string page;
  do {
    const auto list = calls_.Must<Processes>(
        &Processes::Stub::ListProcesses,
        fmt::format(R"(state: PROCESS_STATE_{} page_size: 500 page_token: "{}")", state, page));
    all.insert(all.end(), list.processes().begin(), list.processes().end());
    page = list.next_page_token();
  } while (!page.empty());
  return all;
}

// One statement: a process that goes from one state to another meanwhile is not missed.
std::optional<int64_t> FlowPeople::Open() {
  const auto rows = suite_.DatabaseOf(Part::kAftersales)
                        .Read(absl::Now() + absl::Seconds(10),
                              db::Sql{"SELECT COUNT(*) FROM process WHERE state NOT IN"
                                      " ('DONE', 'COMPENSATED')"});
  if (!rows.ok()) return std::nullopt;
  return rows->front().Int(0);
}

// A case is not closed by what follows from it while it is appealed: that is left to people.
bool FlowPeople::CloseAppealed() {
  const auto rows = suite_.DatabaseOf(Part::kAftersales)
                        .Read(absl::Now() + absl::Seconds(10),
                              db::Sql{"SELECT case_id FROM aftersales_case WHERE state ="
                                      " 'DECIDED' ORDER BY case_id"});
  if (!rows.ok()) return true;
  bool found = false;
  for (const db::Row row : *rows) {
    const std::string case_id = row.Str(0);
    if (FlowOf(case_id).story != Story::kAppealed || !seen_.insert(case_id).second) continue;
    found = true;
    Post([this, case_id] { Close(case_id); });
  }
  return found;
}

bool FlowPeople::Stalls(int64_t open) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(open_, open + done_) != open + done_) moved_ = absl::Now();
  return absl::Now() - moved_ > kStall;
}

bool FlowPeople::LookAround() {
  bool idle;
  {
    const std::lock_guard lock(mutex_);
    idle = jobs_.empty() && at_work_ == 0;
    changed_.notify_all();  // calls were answered since
  }
  for (const Process& process : List("WAITING")) Serve(process);
  for (const Process& process : List("STUCK")) {
    if (!seen_.insert(process.process_id() + process.etag()).second) continue;
    if (++resumed_of_[process.process_id()] > kMostResumed) continue;
    ++resumed_;
    Resume(process);
  }
  const std::optional<int64_t> open = Open();
  if (!open) return false;
  if (*open > 0 || !idle) {
    if (!Stalls(*open)) return false;
    ADD_FAILURE() << *open << " processes do not come to an end";
    return true;
  }
  bool concluded = CloseAppealed();
  for (const Process& process : List("COMPENSATED")) {
    if (!seen_.insert(process.process_id()).second) continue;
    concluded = true;
    const Flow& flow = FlowOf(process.case_id());
    Post([=, this, &flow] { Conclude(flow, process); });
  }
  return !concluded;
}

}  // namespace kefu::chaos
