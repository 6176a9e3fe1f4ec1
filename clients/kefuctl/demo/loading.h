// The load as a class, for the sources that share its work. See loader.h for what it promises.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "clients/kefuctl/demo/calls.h"
#include "clients/kefuctl/demo/loader.h"
#include "common/status/status_macros.h"

namespace kefu::demo {

using Ids = std::map<std::string, std::string, std::less<>>;  // key → the server's id

class Loader {
 public:
  Loader(kefuctl::Client& client, const Dataset& data, const OnProgress& progress)
      : client_(client), data_(data), progress_(progress) {}

  absl::StatusOr<LoadSummary> Run() {
    CountSteps();
    RETURN_IF_ERROR(LoadPlaces());
    RETURN_IF_ERROR(LoadAgents());
    RETURN_IF_ERROR(LoadCareers());
    RETURN_IF_ERROR(LoadAssignments());
    RETURN_IF_ERROR(LoadNetwork());
    RETURN_IF_ERROR(LoadStock());
    for (const ShopPlan& shop : data_.shops) RETURN_IF_ERROR(LoadFacts(shop));
    RETURN_IF_ERROR(LoadCases());
    RETURN_IF_ERROR(AwaitTeams());
    return summary_;
  }

 private:
  void CountSteps() {
    // The organization and its flow policy.
    total_ = 2 + data_.sites.size() + 2 * data_.teams.size() + data_.agents.size() +
             data_.transfers.size() + data_.tier_changes.size() + data_.assignments.size() +
             data_.nodes.size() + data_.skus.size() + data_.receipts.size() +
             data_.reservations.size() + data_.cases.size();
    for (const ShopPlan& shop : data_.shops) {
      // Orders are told twice: for figures and for cases.
      total_ += 2 + shop.conversations.size() + 2 * shop.orders.size() + shop.refunds.size() +
                shop.reviews.size();
    }
  }
  void Step(int64_t steps = 1) { progress_(done_ += steps, total_); }
  void Found() {
    ++summary_.unchanged;
    Step();
  }
  void Created() {
    ++summary_.created;
    Step();
  }

  // At most 64 characters; the same for the same item of the same data.
  std::string RequestId(std::string_view item) const {
    return fmt::format("demo.{}.{:04}{:02}.{}", data_.seed, data_.first.year(), data_.first.month(),
                       item);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Write(const kefuctl::Rpc<Request, Response>& rpc, Request request,
                                 std::string_view item) {
    request.set_request_id(RequestId(item));
    return Ask(client_, rpc, request);
  }

  absl::Status LoadPlaces();
  absl::Status LoadTeams();
  absl::Status LoadAgents();
  absl::Status LoadCareers();
  absl::Status LoadAssignments();
  absl::Status LoadNetwork();
  absl::Status LoadStock();
  absl::Status LoadReservation(const ReservationPlan& plan, const warehouse::Reservation* there);
  absl::Status LoadFacts(const ShopPlan& shop);
  absl::Status LoadSoldOrders(const ShopPlan& shop);
  absl::Status LoadFlowPolicy();
  absl::Status LoadCases();
  absl::StatusOr<aftersales::Case> Open(const aftersales::OpenCaseRequest& request,
                                        std::string_view item);
  absl::Status LoadCase(const CasePlan& plan, const aftersales::Case* there);
  absl::Status Move(const CaseStep& step, const std::string& case_id, std::string_view item);
  absl::Status AwaitTeams();

  template <class Request, class Row, class Fact>
  absl::Status Import(const kefuctl::Rpc<Request, performance::ImportResponse>& rpc,
                      const ShopPlan& shop, const std::vector<Fact>& facts,
                      Fact* (Row::*mutable_fact)());
  void Resolve(performance::Conversation& conversation) const {
    for (auto& message : *conversation.mutable_messages()) {
      if (!message.agent_id().empty()) message.set_agent_id(agents_.at(message.agent_id()));
    }
    for (auto& handling : *conversation.mutable_handlings())
      handling.set_agent_id(agents_.at(handling.agent_id()));
  }
  template <class Fact>
  void Resolve(Fact&) const {}
  // After-sales is told goods by the warehouse's ids, as the warehouse ships and takes them back;
  // platforms, and so performance, know them by their codes.
  void ResolveGoods(auto& lines) const {
    for (auto& line : lines) line.set_sku(skus_.at(line.sku()));
  }

  kefuctl::Client& client_;
  const Dataset& data_;
  const OnProgress& progress_;
  LoadSummary summary_;
  int64_t done_ = 0, total_ = 0;
  Ids shops_, sites_, teams_, agents_, nodes_, skus_;
};

}  // namespace kefu::demo
