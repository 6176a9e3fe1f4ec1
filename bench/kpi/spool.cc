#include "bench/kpi/spool.h"

#include <cstdlib>
#include <numeric>
#include <sstream>

#include "bench/harness/tsv.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "kefu/performance/v1/performance_service.pb.h"

namespace kefu::bench {
namespace {

namespace v1 = performance::v1;

constexpr int kRowsPerMessage = 1000;

int64_t Micros(const google::protobuf::Timestamp& time) { return time.seconds() * 1'000'000; }

// One message of an import for each so many facts.
template <class Request, class Fact, class Put>
void WriteRequests(const std::vector<Fact>& facts, int64_t first_line, std::ofstream& out,
                   const Put& put) {
  for (size_t begin = 0; begin < facts.size(); begin += kRowsPerMessage) {
    Request request;
    for (size_t i = begin; i < std::min(facts.size(), begin + kRowsPerMessage); ++i) {
      auto& row = *request.add_rows();
      row.set_line(first_line + static_cast<int64_t>(i));
      put(row, facts[i]);
    }
    const std::string bytes = request.SerializeAsString();
    const uint64_t size = bytes.size();
    out.write(reinterpret_cast<const char*>(&size), sizeof size);
    out.write(bytes.data(), static_cast<std::streamsize>(size));
  }
}

std::string MessageRows(const DayOfFacts& facts) {
  std::string tsv;
  for (const v1::Conversation& conversation : facts.conversations) {
    int seq = 0;
    for (const v1::Message& message : conversation.messages()) {
      tsv += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t", kShop,
                         conversation.conversation_id(), seq++, conversation.customer_id(),
                         message.agent_id(), static_cast<int>(message.side()),
                         conversation.exclusion() == v1::EXCLUSION_UNSPECIFIED ? 0 : 1,
                         conversation.rating(), Micros(message.send_time()));
      AppendTsv(message.text(), tsv);
      tsv += '\n';
    }
  }
  return tsv;
}

std::string OrderRows(const DayOfFacts& facts) {
  std::string tsv;
  for (const v1::Order& order : facts.orders) {
    tsv += fmt::format("{}\t{}\t{}\t{}\t", kShop, order.order_id(), order.customer_id(),
                       Micros(order.create_time()));
    tsv += order.has_pay_time()
               ? fmt::format("{}\t{}\t", Micros(order.pay_time()), order.paid().minor_units())
               : "\\N\t\\N\t";
    tsv += fmt::format("{}x{}\n", order.items(0).sku(), order.items(0).quantity());
  }
  return tsv;
}

std::string RefundRows(const DayOfFacts& facts) {
  std::string tsv;
  for (const v1::Refund& refund : facts.refunds) {
    tsv += fmt::format("{}\t{}\t{}\t{}\t{}\n", kShop, refund.refund_id(), refund.order_id(),
                       Micros(refund.refund_time()), refund.amount().minor_units());
  }
  return tsv;
}

std::string ReviewRows(const DayOfFacts& facts) {
  std::string tsv;
  for (const v1::Review& review : facts.reviews) {
    tsv += fmt::format("{}\t{}\t{}\t{}\t{}\t", kShop, review.review_id(), review.order_id(),
                       Micros(review.create_time()), review.score());
    AppendTsv(review.text(), tsv);
    tsv += '\n';
  }
  return tsv;
}

}  // namespace

std::string Spool::RequestPath(Kind kind) const {
  return folder_.File(fmt::format("{}.requests", kTables[kind].name));
}

std::string Spool::TsvPath(Kind kind, int day) const {
  return folder_.File(fmt::format("{}.{}.tsv", kTables[kind].name, day));
}

int64_t Spool::all_rows() const { return std::accumulate(rows_.begin(), rows_.end(), int64_t{0}); }

absl::Status Spool::Write(const MonthPlan& plan) {
  std::array<std::ofstream, kKinds> out;
  for (int kind = 0; kind < kKinds; ++kind) {
    out[kind].open(RequestPath(static_cast<Kind>(kind)), std::ios::binary);
  }
  for (int day = 0; day < plan.days; ++day) {
    RETURN_IF_ERROR(WriteDay(MakeDay(plan, day), day, out));
  }
  for (std::ofstream& file : out) {
    file.close();
    if (!file) return absl::UnavailableError(fmt::format("cannot write to '{}'", folder_.path()));
  }
  return absl::OkStatus();
}

absl::Status Spool::WriteDay(const DayOfFacts& facts, int day,
                             std::array<std::ofstream, kKinds>& out) {
  WriteRequests<v1::ImportConversationsRequest>(
      facts.conversations, facts_[kConversations] + 1, out[kConversations],
      [](auto& row, const auto& fact) { *row.mutable_conversation() = fact; });
  WriteRequests<v1::ImportOrdersRequest>(
      facts.orders, facts_[kOrders] + 1, out[kOrders],
      [](auto& row, const auto& fact) { *row.mutable_order() = fact; });
  WriteRequests<v1::ImportRefundsRequest>(
      facts.refunds, facts_[kRefunds] + 1, out[kRefunds],
      [](auto& row, const auto& fact) { *row.mutable_refund() = fact; });
  WriteRequests<v1::ImportReviewsRequest>(
      facts.reviews, facts_[kReviews] + 1, out[kReviews],
      [](auto& row, const auto& fact) { *row.mutable_review() = fact; });
  const std::array<std::string, kKinds> tsv = {MessageRows(facts), OrderRows(facts),
                                               RefundRows(facts), ReviewRows(facts)};
  for (int kind = 0; kind < kKinds; ++kind) {
    std::ofstream file(TsvPath(static_cast<Kind>(kind), day), std::ios::binary);
    file << tsv[kind];
    file.close();
    if (!file) return absl::UnavailableError(fmt::format("cannot write to '{}'", folder_.path()));
  }
  const std::array<size_t, kKinds> counts = {facts.conversations.size(), facts.orders.size(),
                                             facts.refunds.size(), facts.reviews.size()};
  for (int kind = 0; kind < kKinds; ++kind) {
    facts_[kind] += static_cast<int64_t>(counts[kind]);
    rows_[kind] += kind == kConversations ? facts.messages : static_cast<int64_t>(counts[kind]);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Spool::Tsv(Kind kind, int day) const {
  std::ifstream in(TsvPath(kind, day), std::ios::binary);
  std::ostringstream text;
  if (!in) return absl::UnavailableError(fmt::format("'{}' is gone", TsvPath(kind, day)));
  text << in.rdbuf();
  return std::move(text).str();
}

bool Spool::Messages::Next(std::string& bytes) {
  uint64_t size = 0;
  if (!in_.read(reinterpret_cast<char*>(&size), sizeof size)) return false;
  bytes.resize(size);
  return static_cast<bool>(in_.read(bytes.data(), static_cast<std::streamsize>(size)));
}

}  // namespace kefu::bench
