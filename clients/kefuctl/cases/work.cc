// kefuctl cases propose, approve, reject, withdraw, escalate, lower, appeal, decide-appeal, reopen,
// update, message, comment, comments, link, unlink, merge.
#include <utility>

#include "clients/kefuctl/cases/commands.h"
#include "clients/kefuctl/cases/moving.h"
#include "clients/kefuctl/cases/render.h"
#include "kefu/aftersales/v1/case_work.pb.h"
#include "kefu/aftersales/v1/sla.pb.h"

namespace kefu::cases {
namespace {

namespace v1 = aftersales::v1;
using kefuctl::Client;
using kefuctl::Command;
using kefuctl::Context;
using kefuctl::In;
using kefuctl::Named;

KEFU_CASES_RPC(AftersalesService, EscalateCase, Case)
KEFU_CASES_RPC(AftersalesService, AppealCase, Case)
KEFU_CASES_RPC(CaseWorkService, ProposeReview, Case)
KEFU_CASES_RPC(CaseWorkService, ApproveReview, Case)
KEFU_CASES_RPC(CaseWorkService, RejectProposal, Case)
KEFU_CASES_RPC(CaseWorkService, WithdrawProposal, Case)
KEFU_CASES_RPC(CaseWorkService, LowerEscalation, Case)
KEFU_CASES_RPC(CaseWorkService, DecideAppeal, Case)
KEFU_CASES_RPC(CaseWorkService, ReopenCase, Case)
KEFU_CASES_RPC(CaseWorkService, UpdateCase, Case)
KEFU_CASES_RPC(CaseWorkService, AddCaseComment, Case)
KEFU_CASES_RPC(CaseWorkService, ListCaseComments, ListCaseCommentsResponse)
KEFU_CASES_RPC(CaseWorkService, LinkCases, Case)
KEFU_CASES_RPC(CaseWorkService, UnlinkCases, Case)
KEFU_CASES_RPC(CaseWorkService, MergeCases, Case)
KEFU_CASES_RPC(CaseClockService, RecordCustomerMessage, Case)

struct Options {
  std::string id, other, result, note, cost, level, party, outcome, kind, priority, waybill,
      problem, demand, order, language, request_id;
  bool shared = false;
};

absl::StatusOr<v1::EscalationLevel> LevelOf(const Options& options) {
  return Named<v1::EscalationLevel>("--level", "ESCALATION_LEVEL_", options.level,
                                    &v1::EscalationLevel_Parse);
}

absl::Status Propose(Context& context, const Options& options) {
  auto request = About<v1::ProposeReviewRequest>(options);
  ASSIGN_OR_RETURN(const auto result, ResultOf(options.result));
  request.set_result(result);
  request.set_note(options.note);
  RETURN_IF_ERROR(SetCost(context, options.cost, request));
  return Move(context, kProposeReview, request);
}

// What waits for approval now; the service refuses it if another was proposed meanwhile.
template <class Request>
absl::Status EndProposal(Context& context, const Options& options,
                         const kefuctl::Rpc<Request, v1::Case>& rpc) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto record, CaseOf(*client, options.id));
  auto request = About<Request>(options);
  request.set_proposal_id(record.proposal().proposal_id());
  request.set_note(options.note);
  if (request.proposal_id().empty()) {
    return absl::InvalidArgumentError(In("没有待审批的提请", "nothing was proposed for this case"));
  }
  return Move(context, rpc, request);
}
absl::Status Approve(Context& context, const Options& options) {
  return EndProposal(context, options, kApproveReview);
}
absl::Status Reject(Context& context, const Options& options) {
  return EndProposal(context, options, kRejectProposal);
}
absl::Status Withdraw(Context& context, const Options& options) {
  return EndProposal(context, options, kWithdrawProposal);
}

absl::Status Escalate(Context& context, const Options& options) {
  auto request = About<v1::EscalateCaseRequest>(options);
  ASSIGN_OR_RETURN(const auto level, LevelOf(options));
  request.set_level(level);
  request.set_reason(options.note);
  return Move(context, kEscalateCase, request);
}
absl::Status Lower(Context& context, const Options& options) {
  auto request = About<v1::LowerEscalationRequest>(options);
  ASSIGN_OR_RETURN(const auto level, LevelOf(options));
  request.set_level(level);
  request.set_reason(options.note);
  return Move(context, kLowerEscalation, request);
}

absl::Status Appeal(Context& context, const Options& options) {
  auto request = About<v1::AppealCaseRequest>(options);
  ASSIGN_OR_RETURN(
      const auto party,
      (Named<v1::AppealParty>("--party", "APPEAL_PARTY_", options.party, &v1::AppealParty_Parse)));
  request.set_party(party);
  request.set_reason(options.note);
  return Move(context, kAppealCase, request);
}
absl::Status DecideAppeal(Context& context, const Options& options) {
  auto request = About<v1::DecideAppealRequest>(options);
  ASSIGN_OR_RETURN(const auto outcome,
                   (Named<v1::AppealOutcome>("--outcome", "APPEAL_OUTCOME_DECISION_",
                                             options.outcome, &v1::AppealOutcome_Parse)));
  ASSIGN_OR_RETURN(const auto result, ResultOf(options.result));
  request.set_outcome(outcome);
  request.set_result(result);
  request.set_note(options.note);
  RETURN_IF_ERROR(SetCost(context, options.cost, request));
  return Move(context, kDecideAppeal, request);
}
absl::Status Reopen(Context& context, const Options& options) {
  auto request = About<v1::ReopenCaseRequest>(options);
  request.set_reason(options.note);
  return Move(context, kReopenCase, request);
}

absl::Status Update(Context& context, const Options& options) {
  v1::UpdateCaseRequest request;
  request.set_request_id(options.request_id);
  request.set_note(options.note);
  v1::Case& record = *request.mutable_case_();
  record.set_case_id(options.id);
  ASSIGN_OR_RETURN(const auto priority,
                   (Named<v1::CasePriority>("--priority", "CASE_PRIORITY_", options.priority,
                                            &v1::CasePriority_Parse)));
  record.set_priority(priority);
  record.set_waybill(options.waybill);
  record.set_problem(options.problem);
  record.set_demand(options.demand);
  record.set_order_id(options.order);
  record.set_language(options.language);
  const auto name = [&](const std::string& value, const char* field) {
    if (!value.empty()) request.mutable_update_mask()->add_paths(field);
  };
  name(options.priority, "priority");
  name(options.waybill, "waybill");
  name(options.problem, "problem");
  name(options.demand, "demand");
  name(options.order, "order_id");
  name(options.language, "language");
  return Move(context, kUpdateCase, request);
}
absl::Status Message(Context& context, const Options& options) {
  auto request = About<v1::RecordCustomerMessageRequest>(options);
  request.set_message(options.note);
  return Move(context, kRecordCustomerMessage, request);
}

absl::Status Comment(Context& context, const Options& options) {
  auto request = About<v1::AddCaseCommentRequest>(options);
  request.set_visibility(options.shared ? v1::COMMENT_VISIBILITY_SHARED
                                        : v1::COMMENT_VISIBILITY_INTERNAL);
  request.set_text(options.note);
  return Move(context, kAddCaseComment, request);
}
absl::Status Comments(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto record, CaseOf(*client, options.id));
  const absl::TimeZone zone = ZoneOf(*client, record.shop_id());
  auto request = About<v1::ListCaseCommentsRequest>(options);
  return kefuctl::PrintAll(
      context, kListCaseComments, request, &v1::ListCaseCommentsResponse::mutable_comments,
      [&](const v1::ListCaseCommentsResponse& list) { return CommentTable(list, zone); });
}

absl::Status Link(Context& context, const Options& options) {
  auto request = About<v1::LinkCasesRequest>(options);
  ASSIGN_OR_RETURN(const auto kind,
                   (Named<v1::CaseLinkKind>("--kind", "CASE_LINK_KIND_", options.kind,
                                            &v1::CaseLinkKind_Parse)));
  request.set_other_case_id(options.other);
  request.set_kind(kind);
  request.set_note(options.note);
  return Move(context, kLinkCases, request);
}
absl::Status Unlink(Context& context, const Options& options) {
  auto request = About<v1::UnlinkCasesRequest>(options);
  request.set_other_case_id(options.other);
  request.set_note(options.note);
  return Move(context, kUnlinkCases, request);
}
absl::Status Merge(Context& context, const Options& options) {
  auto request = About<v1::MergeCasesRequest>(options);
  request.set_duplicate_case_id(options.other);
  request.set_note(options.note);
  return Move(context, kMergeCases, request);
}

// --- the command line

struct Verb {
  const char* name;
  std::string help;
  absl::Status (*run)(Context&, const Options&);
};

// A verb of a case, and of another one where `other` names it; `note` is what it is called there.
std::pair<CLI::App*, std::shared_ptr<Options>> AddVerb(CLI::App& cases, Context& context, Verb verb,
                                                       const char* note, std::string meaning,
                                                       bool required) {
  auto added = Command<Options>(cases, context, verb.name, std::move(verb.help), verb.run);
  added.first->add_option("CASE", added.second->id, In("售后单", "The case"))->required();
  CLI::Option* const option = added.first->add_option(note, added.second->note, std::move(meaning));
  if (required) option->required();
  kefuctl::AddRequestId(*added.first, *added.second);
  return added;
}

void AddResult(CLI::App& command, Options& options, const std::string& when) {
  command.add_option("--result", options.result,
                     In("approved、rejected、reissue_without_return、refund_without_return、"
                        "offline_reissue、customer_gave_up",
                        "approved, rejected, reissue_without_return, refund_without_return, "
                        "offline_reissue or customer_gave_up") +
                         when);
  command.add_option("--cost", options.cost,
                     In("商家为此付出多少，如 12.50", "What it costs the merchant, as 12.50"));
}

void AddDecisions(CLI::App& cases, Context& context) {
  const std::string why = In("说明", "Why");
  const auto [propose, asked] = AddVerb(
      cases, context,
      {"propose", In("超出权限的结果，提请审批", "Propose a result for approval"), &Propose},
      "--note", why, true);
  AddResult(*propose, *asked, "");
  propose->get_option("--result")->required();
  AddVerb(cases, context, {"approve", In("批准提请", "Approve what was proposed"), &Approve},
          "--note", why, false);
  AddVerb(cases, context, {"reject", In("驳回提请", "Reject what was proposed"), &Reject}, "--note",
          why, true);
  AddVerb(cases, context, {"withdraw", In("撤回提请", "Take back what one proposed"), &Withdraw},
          "--note", why, false);
  const auto [appeal, appealed] =
      AddVerb(cases, context, {"appeal", In("对结果申诉", "Appeal against the decision"), &Appeal},
              "--reason", why, true);
  appeal->add_option("--party", appealed->party, In("buyer 或 merchant", "buyer or merchant"))
      ->required();
  const auto [decide, decided] =
      AddVerb(cases, context, {"decide-appeal", In("裁定申诉", "Decide an appeal"), &DecideAppeal},
              "--note", why, true);
  decide
      ->add_option("--outcome", decided->outcome,
                   In("stands（维持）或 overturned（改判）", "stands or overturned"))
      ->required();
  AddResult(*decide, *decided, In("；改判时必填", "; of one that is overturned"));
  AddVerb(
      cases, context,
      {"reopen", In("重开未产生后果的单", "Take up a case from which nothing followed"), &Reopen},
      "--reason", why, true);
}

void AddLevels(CLI::App& cases, Context& context) {
  const std::string why = In("理由", "Why"), levels = "agent, team_lead, supervisor, merchant";
  const auto [up, raised] =
      AddVerb(cases, context, {"escalate", In("升级", "Raise a case to a higher level"), &Escalate},
              "--reason", why, true);
  up->add_option("--level", raised->level, levels + In("；不填升一级", "; left out, the next one"));
  const auto [down, lowered] =
      AddVerb(cases, context, {"lower", In("降级", "Lower an escalated case"), &Lower}, "--reason",
              why, true);
  down->add_option("--level", lowered->level, levels)->required();
}

void AddOther(CLI::App& command, Options& options, std::string meaning) {
  command.add_option("OTHER", options.other, std::move(meaning))->required();
}

void AddWords(CLI::App& cases, Context& context) {
  const std::string why = In("说明", "Why"), other = In("另一单", "The other case");
  const auto [update, fields] = AddVerb(
      cases, context, {"update", In("更正内容或优先级", "Correct what a case says"), &Update},
      "--note", why, false);
  update->add_option("--priority", fields->priority, "low, normal, high, urgent");
  update->add_option("--waybill", fields->waybill, In("运单", "The waybill"));
  update->add_option("--problem", fields->problem, In("问题", "The problem"));
  update->add_option("--demand", fields->demand, In("诉求", "What the buyer wants"));
  update->add_option("--order", fields->order,
                     In("订单；未填过的才能补", "The order, of a case that names none"));
  update->add_option("--language", fields->language,
                     In("买家的语言，如 zh-CN", "The buyer's language, for example zh-CN"));
  AddVerb(cases, context,
          {"message", In("记录客户来言", "Record what the customer said"), &Message}, "--text",
          In("内容", "What was said"), true);
  const auto [comment, said] =
      AddVerb(cases, context, {"comment", In("备注", "Comment on a case"), &Comment}, "--text",
              In("内容", "The comment"), true);
  comment->add_flag("--shared", said->shared,
                    In("基地也能看到；默认仅内部", "For the base too; otherwise internal"));
  const auto [list, listed] = Command<Options>(cases, context, "comments",
                                               In("备注列表", "The comments of a case"), &Comments);
  list->add_option("CASE", listed->id, In("售后单", "The case"))->required();
  const auto [link, linked] = AddVerb(
      cases, context, {"link", In("关联两单", "Link two cases"), &Link}, "--note", why, false);
  AddOther(*link, *linked, other);
  link->add_option("--kind", linked->kind,
                   In("前者是后者的：", "What the first is to the other: ") +
                       "related, duplicate_of, has_duplicate, follow_up_of, followed_up_by")
      ->required();
  const auto [unlink, unlinked] =
      AddVerb(cases, context, {"unlink", In("取消关联", "Take a link away"), &Unlink}, "--note",
              why, false);
  AddOther(*unlink, *unlinked, other);
  const auto [merge, merged] = AddVerb(
      cases, context,
      {"merge", In("把重复单并入先收到的一单", "Merge a duplicate into the earlier case"), &Merge},
      "--note", why, false);
  AddOther(*merge, *merged, In("重复的单", "The duplicate"));
}

}  // namespace

void AddCaseWork(CLI::App& cases, Context& context) {
  AddDecisions(cases, context);
  AddLevels(cases, context);
  AddWords(cases, context);
}

}  // namespace kefu::cases
