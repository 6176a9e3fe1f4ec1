// kefuctl process policy and set-policy.
#include <memory>
#include <string>

#include "clients/kefuctl/processes/commands.h"
#include "clients/kefuctl/processes/render.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "common/status/status_macros.h"

namespace kefu::processes {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Rpc;

constexpr Rpc<v1::GetFlowPolicyRequest, v1::FlowPolicy> kGetFlowPolicy{
    "/kefu.aftersales.v1.ProcessService/GetFlowPolicy"};
constexpr Rpc<v1::SetFlowPolicyRequest, v1::FlowPolicy> kSetFlowPolicy{
    "/kefu.aftersales.v1.ProcessService/SetFlowPolicy"};

struct Options {
  std::string shop, node, missing, damaged, complaint, breach, request_id;
  int wait_days = -1;  // as it is
  CLI::App* command = nullptr;
};

absl::StatusOr<v1::FlowPolicy> InForce(Client& client, const std::string& shop_id) {
  v1::GetFlowPolicyRequest request;
  request.set_shop_id(shop_id);
  return client.Call(kGetFlowPolicy, request);
}

absl::StatusOr<std::string> ShopIdOf(Client& client, const Options& options) {
  if (options.shop.empty()) return std::string();
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(client, options.shop));
  return shop.shop_id();
}

absl::Status Print(Context& context, const v1::FlowPolicy& policy) {
  if (!kefuctl::PrintedJson(context, policy)) PrintNamed(context, PolicyTable(policy));
  return absl::OkStatus();
}

absl::Status Policy(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const std::string shop_id, ShopIdOf(*client, options));
  ASSIGN_OR_RETURN(const v1::FlowPolicy policy, InForce(*client, shop_id));
  return Print(context, policy);
}

absl::StatusOr<v1::GoodsFaultAction> FaultAction(const std::string& option,
                                                 const std::string& word) {
  return Named<v1::GoodsFaultAction>(option, "GOODS_FAULT_ACTION_", word,
                                     v1::GoodsFaultAction_Parse);
}

// What is not said stays as it is in force; what somebody else has changed meanwhile is not
// overwritten.
absl::Status SetPolicy(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const std::string shop_id, ShopIdOf(*client, options));
  v1::SetFlowPolicyRequest request;
  v1::FlowPolicy& policy = *request.mutable_policy();
  ASSIGN_OR_RETURN(policy, InForce(*client, shop_id));
  policy.set_shop_id(shop_id);
  policy.clear_effective_time();
  const auto said = [&](const char* option) { return options.command->count(option) > 0; };
  if (said("--return-node")) policy.set_return_node_id(options.node);
  if (said("--return-wait-days")) policy.set_return_wait_days(options.wait_days);
  if (said("--missing")) {
    ASSIGN_OR_RETURN(const auto action, FaultAction("--missing", options.missing));
    policy.set_missing_goods(action);
  }
  if (said("--damaged")) {
    ASSIGN_OR_RETURN(const auto action, FaultAction("--damaged", options.damaged));
    policy.set_damaged_goods(action);
  }
  if (said("--complaint")) policy.set_complaint_conduct_kind_id(options.complaint);
  if (said("--breach")) policy.set_breach_conduct_kind_id(options.breach);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const v1::FlowPolicy set, client->Call(kSetFlowPolicy, request));
  return Print(context, set);
}

}  // namespace

void AddPolicyCommands(CLI::App& process, Context& context) {
  const std::string of_shop =
      In("店铺；不填为全部店铺的规则", "The shop; left out, that of all shops");
  const auto [show, o] = Command<Options>(
      process, context, "policy", In("流程现行规则", "The policy that flows follow"), &Policy);
  show->add_option("--shop", o->shop, of_shop)->type_name("ID");
  const auto [set, s] = Command<Options>(
      process, context, "set-policy",
      In("修改流程规则：没说的不变", "Change the policy: what is not said stays"), &SetPolicy);
  s->command = set;
  set->add_option("--shop", s->shop, of_shop)->type_name("ID");
  set->add_option("--return-node", s->node,
                  In("退货仓：订单没有发货仓记录时货退到哪里",
                     "Where goods come back to when nobody knows where they were sent from"))
      ->type_name("ID");
  set->add_option("--return-wait-days", s->wait_days,
                  In("等退货多少天，0 不限", "So many days returns are waited for, 0 without end"));
  const std::string actions =
      In("hold 退回处理人、reduce 只退完好的、ignore 照退", "hold, reduce or ignore");
  set->add_option("--missing", s->missing, In("少件时：", "When goods are missing: ") + actions);
  set->add_option("--damaged", s->damaged, In("破损时：", "When goods are damaged: ") + actions);
  set->add_option(
      "--complaint", s->complaint,
      In("投诉成立记为哪类奖惩，\"\" 不记", "What an upheld complaint is, \"\" for nothing"));
  set->add_option("--breach", s->breach,
                  In("超时记为哪类奖惩，\"\" 不记", "What a missed deadline is, \"\" for nothing"));
  kefuctl::AddRequestId(*set, *s);
}

}  // namespace kefu::processes
