#include "clients/kefuctl/staffing/careers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <utility>
#include <vector>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "kefu/staffing/v1/careers.pb.h"

namespace kefu::workforce {
namespace {

namespace st = staffing::v1;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::PrintNamed;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<st::ListTierChangesRequest, st::ListTierChangesResponse> kListTierChanges{
    "/kefu.staffing.v1.StaffingService/ListTierChanges"};
constexpr Rpc<st::GetTierOnRequest, st::GetTierOnResponse> kGetTierOn{
    "/kefu.staffing.v1.StaffingService/GetTierOn"};
constexpr Rpc<st::EvaluatePromotionRequest, st::EvaluatePromotionResponse> kEvaluate{
    "/kefu.staffing.v1.StaffingService/EvaluatePromotion"};
constexpr Rpc<st::PromoteAgentRequest, st::Promotion> kPromote{
    "/kefu.staffing.v1.StaffingService/PromoteAgent"};
constexpr Rpc<st::DecidePromotionRequest, st::Promotion> kDecide{
    "/kefu.staffing.v1.CareerService/DecidePromotion"};
constexpr Rpc<st::ListPromotionsRequest, st::ListPromotionsResponse> kListPromotions{
    "/kefu.staffing.v1.CareerService/ListPromotions"};
constexpr Rpc<st::CheckAuthorityRequest, st::CheckAuthorityResponse> kCheckAuthority{
    "/kefu.staffing.v1.StaffingService/CheckAuthority"};

struct Options {
  std::string agent, team, on, tier, grade, reason, override_reason, approve, refuse, request_id;
  std::string action, subject, amount, currency = "CNY", contract;
  std::vector<std::string> evidence;
  bool all = false, eligible = false, waiting = false;
};

// The day of --on, where one is given.
template <class Request>
absl::Status SetOn(const Options& options, Request& request,
                   common::v1::Date* (Request::*field)()) {
  return options.on.empty() ? absl::OkStatus()
                            : kefuctl::SetDay("--on", options.on, (request.*field)());
}

std::string StepText(const std::string& tier, const std::string& grade) {
  return Printable(grade.empty() ? tier : tier + " " + grade);
}

// What a rule lacks: "months in tier 2/3 (2026-05-01)".
std::string Missing(const st::RuleCheck& rule) {
  std::string text = EnumLabel(st::PromotionRule_descriptor(), rule.rule());
  if (!rule.metric_id().empty()) text += " " + Printable(rule.metric_id());
  text += fmt::format(" {}/{}", rule.actual(), rule.required());
  if (rule.has_met_date()) text += fmt::format(" ({})", DayText(rule.met_date()));
  return text;
}

absl::Status ShowTier(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  if (!options.on.empty()) {
    st::GetTierOnRequest request;
    request.set_agent_id(options.agent);
    RETURN_IF_ERROR(SetOn(options, request, &st::GetTierOnRequest::mutable_date));
    ASSIGN_OR_RETURN(const auto answer, client->Call(kGetTierOn, request));
    if (PrintedJson(context, answer)) return absl::OkStatus();
    context.Print(answer.tier_id().empty() ? In("当日未在职\n", "not employed on that day\n")
                                           : StepText(answer.tier_id(), answer.grade_id()) + "\n");
    return absl::OkStatus();
  }
  st::ListTierChangesRequest request;
  request.set_agent_id(options.agent);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kListTierChanges, request,
                                            &st::ListTierChangesResponse::mutable_changes));
  return kefuctl::PrintAnswer(context, all, &TierTable);
}

absl::Status ShowWaiting(kefuctl::Context& context, kefuctl::Client& client,
                         const Options& options) {
  st::ListPromotionsRequest request;
  request.set_agent_id(options.agent);
  request.set_state(st::PROMOTION_STATE_PENDING);
  ASSIGN_OR_RETURN(const auto all, AllPages(client, kListPromotions, request,
                                            &st::ListPromotionsResponse::mutable_promotions));
  return kefuctl::PrintAnswer(context, all, &PromotionTable);
}

absl::Status ShowPromotions(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  if (options.waiting) return ShowWaiting(context, *client, options);
  st::EvaluatePromotionRequest request;
  request.set_agent_id(options.agent);
  request.set_team_id(options.team);
  request.set_all_agents(options.agent.empty() && options.team.empty());
  request.set_eligible_only(options.eligible);
  RETURN_IF_ERROR(SetOn(options, request, &st::EvaluatePromotionRequest::mutable_date));
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kEvaluate, request,
                                            &st::EvaluatePromotionResponse::mutable_evaluations));
  if (PrintedJson(context, all)) return absl::OkStatus();
  PrintNamed(context, StepTable(all));
  context.Print(ProbationsText(all));
  return absl::OkStatus();
}

absl::StatusOr<st::Promotion> Promoted(kefuctl::Client& client, const Options& options) {
  if (!options.approve.empty() || !options.refuse.empty()) {
    st::DecidePromotionRequest request;
    request.set_promotion_id(options.approve.empty() ? options.refuse : options.approve);
    request.set_approve(!options.approve.empty());
    request.set_reason(options.reason);
    request.set_request_id(options.request_id);
    return client.Call(kDecide, request);
  }
  st::PromoteAgentRequest request;
  request.set_agent_id(options.agent);
  request.set_tier_id(options.tier);
  request.set_grade_id(options.grade);
  request.set_reason(options.reason);
  request.set_override_reason(options.override_reason);
  request.mutable_evidence()->Assign(options.evidence.begin(), options.evidence.end());
  request.set_request_id(options.request_id);
  RETURN_IF_ERROR(SetOn(options, request, &st::PromoteAgentRequest::mutable_effective_date));
  return client.Call(kPromote, request);
}

absl::Status Promote(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const st::Promotion promotion, Promoted(*client, options));
  if (PrintedJson(context, promotion)) return absl::OkStatus();
  st::ListPromotionsResponse one;
  *one.add_promotions() = promotion;
  PrintNamed(context, PromotionTable(one));
  if (promotion.state() == st::PROMOTION_STATE_PENDING) {
    context.Print(fmt::format(
        fmt::runtime(In("待第二人批准：kefuctl staffing promote --approve {}\n",
                        "A second person has to approve: kefuctl staffing promote --approve {}\n")),
        promotion.promotion_id()));
  }
  return absl::OkStatus();
}

absl::Status ShowAuthority(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::CheckAuthorityRequest request;
  request.set_agent_id(options.agent);
  st::AuthorityAction action = st::AUTHORITY_ACTION_UNSPECIFIED;
  st::AuthorityAction_Parse("AUTHORITY_ACTION_" + absl::AsciiStrToUpper(options.action), &action);
  request.set_action(action);
  request.set_subject(options.subject);
  request.set_contract_id(options.contract);
  if (!options.amount.empty()) {
    ASSIGN_OR_RETURN(const int64_t minor, ReadAmount(options.amount));
    request.mutable_amount()->set_currency_code(options.currency);
    request.mutable_amount()->set_minor_units(minor);
  }
  RETURN_IF_ERROR(SetOn(options, request, &st::CheckAuthorityRequest::mutable_date));
  ASSIGN_OR_RETURN(const auto answer, client->Call(kCheckAuthority, request));
  if (!PrintedJson(context, answer)) context.Print(AuthorityWords(answer));
  return absl::OkStatus();
}

// A subcommand about an agent and a day.
std::pair<CLI::App*, std::shared_ptr<Options>> AgentCommand(
    CLI::App& parent, kefuctl::Context& context, const char* name, std::string help,
    absl::Status (*run)(kefuctl::Context&, const Options&)) {
  auto [command, options] = kefuctl::Command(parent, context, name, std::move(help), run);
  command->add_option("--agent", options->agent, In("客服", "The agent"))->type_name("ID");
  command->add_option("--on", options->on, In("日期；缺省今天", "The day; else today"))
      ->type_name("DAY");
  return {command, options};
}

void AddPromote(CLI::App& staffing, kefuctl::Context& context) {
  const auto [promote, step] = AgentCommand(
      staffing, context, "promote",
      In("晋升，或批准、拒绝待定的晋升", "Promote, or decide about one that waits"), &Promote);
  promote->add_option("--tier", step->tier, In("级别", "The tier"))->type_name("ID");
  promote->add_option("--grade", step->grade, In("专业等级", "The grade"))->type_name("ID");
  promote->add_option("--reason", step->reason, In("理由", "The reason"))->required();
  promote->add_option("--evidence", step->evidence, In("依据", "References to evidence"));
  promote->add_option(
      "--override", step->override_reason,
      In("破格理由；须第二人批准", "Why rules shall not count; a second person has to approve"));
  CLI::Option* const approve =
      promote->add_option("--approve", step->approve, In("批准", "Approves one that waits"))
          ->type_name("PROMOTION");
  CLI::Option* const refuse =
      promote->add_option("--refuse", step->refuse, In("拒绝", "Refuses one that waits"))
          ->type_name("PROMOTION");
  approve->excludes(refuse);
  promote->add_option("--request-id", step->request_id,
                      In("重试时用同一编号", "Repeat with the same to retry"));
}

}  // namespace

Table TierTable(const st::ListTierChangesResponse& changes) {
  Table table({{In("生效日", "From")},
               {In("类型", "Kind")},
               {In("级别", "Tier")},
               {In("等级", "Grade")},
               {In("岗位", "Position")},
               {In("经手人", "By")},
               {In("理由", "Reason")}});
  for (const st::TierChange& change : changes.changes()) {
    table.Add({DayText(change.effective_date()),
               EnumLabel(st::TierChangeKind_descriptor(), change.kind()),
               Printable(change.tier_id()), Printable(change.grade_id()),
               Printable(change.role_id()), Printable(change.actor()), Printable(change.reason())});
  }
  return table;
}

Table StepTable(const st::EvaluatePromotionResponse& evaluations) {
  Table table({{In("客服", "Agent")},
               {In("现级别", "Holds")},
               {In("可升", "Step")},
               {In("是否达标", "Open")},
               {In("仅按年资", "By tenure")},
               {In("缺", "Missing"), false, 120}});
  for (const st::PromotionEvaluation& evaluation : evaluations.evaluations()) {
    const std::string held = StepText(evaluation.held().tier_id(), evaluation.held().grade_id());
    for (const st::PromotionOption& option : evaluation.options()) {
      std::vector<std::string> missing;
      for (const st::RuleCheck& rule : option.rules()) {
        if (!rule.met()) missing.push_back(Missing(rule));
      }
      table.Add({Printable(evaluation.agent_id()),
                 held,
                 StepText(option.tier_id(), option.grade_id()),
                 {option.eligible() ? In("是", "yes") : In("否", "no"),
                  option.eligible() ? Colour::kGreen : Colour::kNone},
                 option.has_tenure_date() ? DayText(option.tenure_date()) : "",
                 fmt::format("{}", fmt::join(missing, "; "))});
    }
  }
  return table;
}

std::string ProbationsText(const st::EvaluatePromotionResponse& evaluations) {
  std::string text;
  for (const st::PromotionEvaluation& evaluation : evaluations.evaluations()) {
    const st::Probation& probation = evaluation.probation();
    if (!probation.due()) continue;
    text +=
        fmt::format(fmt::runtime(probation.overdue()
                                     ? In("试用期已于 {1} 结束而未决：{0}\n",
                                          "{0}: probation ended on {1} and nobody has decided\n")
                                     : In("试用期至 {1}，待决：{0}\n",
                                          "{0}: probation ends on {1}, to be decided\n")),
                    Printable(evaluation.agent_id()), DayText(probation.last_date()));
  }
  return text;
}

Table PromotionTable(const st::ListPromotionsResponse& promotions) {
  Table table({{In("编号", "Promotion")},
               {In("客服", "Agent")},
               {In("升至", "To")},
               {In("生效日", "From")},
               {In("状态", "State")},
               {In("申请人", "Asked by")},
               {In("决定人", "Decided by")},
               {In("破格理由", "Override")}});
  for (const st::Promotion& promotion : promotions.promotions()) {
    table.Add({promotion.promotion_id(), Printable(promotion.agent_id()),
               StepText(promotion.tier_id(), promotion.grade_id()),
               DayText(promotion.effective_date()),
               EnumLabel(st::PromotionState_descriptor(), promotion.state()),
               Printable(promotion.requested_by()), Printable(promotion.decided_by()),
               Printable(promotion.override_reason())});
  }
  return table;
}

std::string AuthorityWords(const st::CheckAuthorityResponse& answer) {
  std::string words;
  switch (answer.decision()) {
    case st::AUTHORITY_DECISION_ALLOWED:
      words = In("可自行决定", "may decide alone");
      break;
    case st::AUTHORITY_DECISION_NEVER:
      words = In("任何人不得批准", "nobody may");
      break;
    default:
      words = answer.owner_approves()
                  ? In("须商家批准", "the owner has to approve")
                  : fmt::format(fmt::runtime(In("须 {} 批准", "a {} has to approve")),
                                Printable(answer.approver_tier_id()));
      break;
  }
  if (answer.has_limit()) {
    words += fmt::format(fmt::runtime(In("；本人限额 {}.{:02} {}", "; alone up to {}.{:02} {}")),
                         answer.limit().minor_units() / 100, answer.limit().minor_units() % 100,
                         answer.limit().currency_code());
  }
  words += "\n";
  for (const std::string& approver : answer.approver_agent_ids()) {
    words += "  " + Printable(approver) + "\n";
  }
  return words +
         fmt::format(fmt::runtime(In("级别 {}，授权规则 {}@{}\n", "tier {}, policy {}@{}\n")),
                     Printable(answer.tier_id()), Printable(answer.policy_id()),
                     answer.policy_version());
}

absl::StatusOr<int64_t> ReadAmount(const std::string& text) {
  constexpr int64_t kMost = 1'000'000'000'000;
  const size_t point = text.find('.');
  std::string digits = text.substr(0, point);
  std::string cents = point == std::string::npos ? "00" : text.substr(point + 1);
  if (cents.size() == 1) cents += '0';
  int64_t minor = 0;
  const std::string all = digits + cents;
  const auto [end, fault] = std::from_chars(all.data(), all.data() + all.size(), minor);
  if (fault == std::errc() && end == all.data() + all.size() && !digits.empty() &&
      cents.size() == 2 && minor >= 0 && minor <= kMost && all[0] != '-') {
    return minor;
  }
  return absl::InvalidArgumentError(
      fmt::format(fmt::runtime(In("“{}”不是金额", "'{}' is no amount")), text));
}

void AddCareerCommands(CLI::App& staffing, kefuctl::Context& context) {
  const auto [tier, whose] =
      AgentCommand(staffing, context, "tier",
                   In("级别记录，或某日的级别", "Tier records, or a day's tier"), &ShowTier);
  tier->get_option("--agent")->required();
  const auto [promotions, who] =
      AgentCommand(staffing, context, "promotions",
                   In("谁可晋升、缺什么、何时；缺省全体",
                      "Who may be promoted, what is missing, when; else all"),
                   &ShowPromotions);
  promotions->add_option("--team", who->team, In("小组", "A team"))->type_name("ID");
  promotions->add_flag("--eligible", who->eligible, In("仅达标者", "Only those who may"));
  promotions->add_flag("--waiting", who->waiting,
                       In("待第二人批准的晋升", "Promotions that wait for a second person"));
  AddPromote(staffing, context);
  const auto [authority, question] = AgentCommand(
      staffing, context, "authority",
      In("客服可自行决定什么、由谁批准", "What an agent may decide alone, and who approves"),
      &ShowAuthority);
  authority->get_option("--agent")->required();
  authority->add_option("--action", question->action, In("事项", "What is decided"))
      ->check(CLI::IsMember({"refund", "coupon", "compensation", "price_change", "review_result"}))
      ->required();
  authority->add_option("--subject", question->subject, In("细项", "A narrower subject"));
  authority->add_option("--amount", question->amount,
                        In("金额，如 12.50", "What it costs, as 12.50"));
  authority->add_option("--currency", question->currency, In("币种", "Currency"))
      ->capture_default_str();
  authority->add_option("--contract", question->contract, In("合同", "The base's contract"))
      ->type_name("ID");
}

}  // namespace kefu::workforce
