// Who may return, and who pays: decided and kept.
#include <algorithm>
#include <set>
#include <span>

#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/domain/returns/evaluate.h"
#include "services/aftersales/handlers/handlers.h"
#include "services/aftersales/handlers/move_case.h"
#include "services/aftersales/handlers/returns/evaluation_rows.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
namespace returns = domain::returns;

// What evidence of that media type proves with; nothing for other types.
returns::EvidenceKind KindOf(std::string_view content_type) {
  if (content_type.starts_with("image/")) return returns::EvidenceKind::kPhoto;
  if (content_type.starts_with("video/")) return returns::EvidenceKind::kVideo;
  if (content_type.starts_with("application/") || content_type.starts_with("text/")) {
    return returns::EvidenceKind::kDocument;
  }
  return returns::EvidenceKind::kUnspecified;
}

// The category of the lines, if they are all of one.
std::string OnlyCategory(const auto& lines) {
  std::set<std::string> categories;
  for (const auto& line : lines) categories.insert(line.category);
  return categories.size() == 1 ? *categories.begin() : "";
}

// What stands of the case's evidence proves something; what something else took the place of does
// not.
void AddShown(const domain::Case& record, std::set<returns::EvidenceKind>& shown) {
  for (const domain::Evidence& item : record.evidence) {
    const returns::EvidenceKind kind = KindOf(item.content_type);
    const bool stands = item.superseded_by == 0;
    if (stands && kind != returns::EvidenceKind::kUnspecified) shown.insert(kind);
  }
}

// What the case knows stands in its own words; what the question says otherwise is a fault. What
// was shown in cases merged into it was shown in it.
void CompleteFromCase(const domain::Case& record, std::span<const domain::Case> merged,
                      bool said_when, returns::Question& question, FieldViolations& violations) {
  if (!said_when) question.ask_time = record.receive_time;
  violations.Check(question.order_id.empty() || question.order_id == record.order_id, "order_id",
                   "is not the case's");
  question.order_id = record.order_id;
  violations.Check(!question.purchase_date || question.purchase_date == record.purchase_date,
                   "purchase_date", "is not the case's");
  question.purchase_date = record.purchase_date;
  std::set<returns::EvidenceKind> shown(question.evidence.begin(), question.evidence.end());
  AddShown(record, shown);
  for (const domain::Case& one : merged) AddShown(one, shown);
  question.evidence.assign(shown.begin(), shown.end());
  if (question.category.empty()) question.category = OnlyCategory(record.lines);
}

// What the order knows; its own time of signing counts.
void CompleteFromOrder(const domain::Order& order, absl::TimeZone zone, returns::Question& question,
                       FieldViolations& violations) {
  if (order.sign_time) {
    violations.Check(!question.sign_time || question.sign_time == order.sign_time, "sign_time",
                     "is not the order's");
    question.sign_time = order.sign_time;
  }
  if (!question.purchase_date) question.purchase_date = DayOf(order.create_time, zone);
  if (question.category.empty()) question.category = OnlyCategory(order.lines);
}

// Who claims while the goods are on their way asks for what holds once they are there.
void AskOnceSigned(absl::Time now, returns::Question& question) {
  if (!question.sign_time || *question.sign_time > now) return;
  question.ask_time = std::max(question.ask_time, *question.sign_time);
}

// One call of EvaluateReturn: what was asked, and everything that is wrong with it.
struct Asked {
  returns::Question question;
  bool said_when = false;                // ask_time
  FieldViolations faults;                // paths below "question"
  std::optional<domain::Case> record{};  // locked
  std::optional<domain::Order> order{};
};

// The pieces in question: the case's, else those of the category, else all.
std::vector<domain::CaseLine> PiecesOf(const domain::Order& order, const Asked& asked) {
  if (asked.record && !asked.record->lines.empty()) return asked.record->lines;
  std::vector<domain::CaseLine> of_category, all;
  for (const domain::OrderLine& line : order.lines) {
    const domain::CaseLine piece{
        .sku = line.sku, .category = line.category, .quantity = line.quantity};
    all.push_back(piece);
    if (line.category == asked.question.category) of_category.push_back(piece);
  }
  return of_category.empty() ? all : of_category;
}

// What was paid, where the order is known and has the lines.
void AddPaid(const Asked& asked, v1::ReturnEvaluation& evaluation) {
  if (!asked.order) return;
  const domain::Order& order = *asked.order;
  const auto goods = domain::PaidFor(order, PiecesOf(order, asked), {});
  if (!goods.ok()) return;  // the order was told anew without them
  const auto set = [&](::kefu::common::v1::Money& money, int64_t minor) {
    money.set_currency_code(order.currency);
    money.set_minor_units(minor);
  };
  set(*evaluation.mutable_goods_paid(), *goods);
  set(*evaluation.mutable_freight_paid(), order.freight_minor);
}

// Those in force when the buyer asked, and what was promised when the order was placed: who bought
// by a promise keeps it.
absl::StatusOr<std::vector<returns::Policy>> PoliciesFor(db::Transaction& t,
                                                         const store::Shop& shop,
                                                         const Asked& asked) {
  ASSIGN_OR_RETURN(auto policies, store::ReturnPoliciesFor(t, shop, asked.question.ask_time));
  if (!asked.order) return policies;
  ASSIGN_OR_RETURN(auto promised, store::OwnReturnPolicyFor(t, shop, asked.order->create_time));
  if (promised &&
      std::ranges::find(policies, promised->ref, &returns::Policy::ref) == policies.end()) {
    policies.push_back(*std::move(promised));
  }
  return policies;
}

// Answers in the shop's zone.
absl::StatusOr<v1::ReturnEvaluation> Answer(db::Transaction& t, const store::Shop& shop,
                                            absl::Time now, Asked& asked) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  if (asked.order) CompleteFromOrder(*asked.order, zone, asked.question, asked.faults);
  if (asked.record && !asked.said_when) AskOnceSigned(now, asked.question);
  ASSIGN_OR_RETURN(const auto policies, PoliciesFor(t, shop, asked));
  returns::CheckQuestion(policies, asked.question, zone, asked.faults);
  FieldViolations violations;
  violations.Merge("question", asked.faults);
  RETURN_IF_ERROR(violations.ToStatus());
  v1::ReturnEvaluation evaluation;
  evaluation.set_shop_id(shop.shop_id);
  *evaluation.mutable_question() = convert::ToProto(asked.question);
  evaluation.set_time_zone(shop.zone.name);
  evaluation.set_zone_assumed(shop.zone.assumed);
  for (const returns::Policy& policy : policies) {
    *evaluation.add_policies() = convert::ToProto(policy.ref);
  }
  for (const returns::Outcome& outcome : returns::Evaluate(policies, asked.question, zone)) {
    *evaluation.add_outcomes() = convert::ToProto(outcome);
  }
  AddPaid(asked, evaluation);
  return evaluation;
}

// Whose it is and what is known of it: the case, and the order that it or the question names. A
// case may name one that is not known yet: see OpenCase.
absl::Status Complete(db::Transaction& t, const RequestContext& ctx, store::ReturnEvaluation& row,
                      Asked& asked) {
  if (!row.case_id.empty()) {
    ASSIGN_OR_RETURN(asked.record, RequireCase(t, ctx, row.case_id, Access::kLock));
    row.org_id = asked.record->org_id;
    row.shop_id = asked.record->shop_id;
    ASSIGN_OR_RETURN(const auto merged, store::FindCases(t, row.org_id, asked.record->work.merged));
    CompleteFromCase(*asked.record, merged, asked.said_when, asked.question, asked.faults);
  }
  const std::string& order_id = asked.question.order_id;
  if (order_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(asked.order, store::FindOrder(t, row.org_id, row.shop_id, order_id));
  // Faults of the question are told first: one may be that this is no id.
  const bool need = row.case_id.empty() && asked.faults.empty();
  return asked.order || !need ? absl::OkStatus() : error::OrderUnknown(order_id);
}

// A case tells of it in its history.
absl::Status Enter(db::Transaction& t, const RequestContext& ctx, const Dependencies& deps,
                   Asked& asked, const std::string& evaluation_id) {
  if (!asked.record) return absl::OkStatus();
  return MoveLockedCase(t, ctx, deps, *std::move(asked.record),
                        {.verb = domain::Verb::kEvaluateReturn, .at = NowOf(ctx)},
                        [&](db::Transaction&, domain::Case&, domain::Command&) {
                          return Entry{.changes = {{"return_evaluation", "", evaluation_id}}};
                        })
      .status();
}

// The names of the request; without good ones nothing can be looked up, and the faults of the
// question are told with theirs.
absl::Status CheckNames(const v1::EvaluateReturnRequest& request, const Asked& asked) {
  FieldViolations violations;
  fields::OptionalId(request.case_id(), "case_id", violations);
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  violations.Check(request.case_id().empty() != request.shop_id().empty(), "case_id",
                   "either case_id or shop_id must be set");
  if (violations.empty()) return absl::OkStatus();
  violations.Merge("question", asked.faults);
  return violations.ToStatus();
}

// The answer was stored for whoever called first; this caller may reach less.
absl::Status CheckReplayed(const Dependencies& deps, const RequestContext& ctx,
                           const v1::ReturnEvaluation& answer) {
  return deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
    return RequireEvaluation(t, ctx, answer.evaluation_id()).status();
  });
}

}  // namespace

absl::StatusOr<v1::ReturnEvaluation> Handlers::EvaluateReturn(
    const RequestContext& ctx, const v1::EvaluateReturnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const absl::Time now = NowOf(ctx);
  Asked parsed{.said_when = request.question().has_ask_time()};
  parsed.question = convert::FromProto(request.question(), now, parsed.faults);
  RETURN_IF_ERROR(CheckNames(request, parsed));
  std::string org_id;
  if (request.case_id().empty()) {
    ASSIGN_OR_RETURN(org_id, OrgOfShop(ctx, request.shop_id()));
  }
  events::WriteInfo info;
  auto answer = events::RunWrite<v1::ReturnEvaluation>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ReturnEvaluation> {
        Asked asked = parsed;
        store::ReturnEvaluation row{.org_id = org_id,
                                    .evaluation_id = deps_.ids.Next(),
                                    .shop_id = request.shop_id(),
                                    .case_id = request.case_id(),
                                    .create_time = now};
        RETURN_IF_ERROR(Complete(t, ctx, row, asked));
        ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, row.org_id, row.shop_id));
        ASSIGN_OR_RETURN(v1::ReturnEvaluation evaluation, Answer(t, shop, now, asked));
        evaluation.set_evaluation_id(row.evaluation_id);
        evaluation.set_case_id(row.case_id);
        evaluation.set_actor(ctx.principal.subject);
        *evaluation.mutable_create_time() = fields::ToProto(now);
        row.body = evaluation.SerializeAsString();
        row.reason = NameOf(asked.question.reason);
        RETURN_IF_ERROR(store::InsertReturnEvaluation(t, row));
        RETURN_IF_ERROR(Enter(t, ctx, deps_, asked, row.evaluation_id));
        return evaluation;
      },
      &info);
  if (answer.ok() && info.replayed) {
    RETURN_IF_ERROR(CheckReplayed(deps_, ctx, *answer));
  }
  return answer;
}

}  // namespace kefu::aftersales
