#include "services/aftersales/domain/moves.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/aftersales/domain/sla/unanswered.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_casework.h"

namespace kefu::aftersales::domain {
namespace {

using S = CaseState;
using K = CaseKind;
using R = ReviewResult;

template <class E, class... Es>
constexpr Set<E> Of(E first, Es... more) {
  return {((1u << static_cast<unsigned>(first)) | ... | (1u << static_cast<unsigned>(more)))};
}
template <class E>
constexpr Set<E> Without(Set<E> all, Set<E> some) {
  return {all.bits & ~some.bits};
}

constexpr Set<CaseKind> kEveryKind =
    Of(K::kReturn, K::kExchange, K::kRefundOnly, K::kReissue, K::kRepair, K::kPlatformWorkOrder,
       K::kPlatformEmail, K::kDispute, K::kLateShipment, K::kFreightClaim, K::kServiceComplaint);
constexpr Set<CaseState> kAlive =
    Of(S::kOpen, S::kWaitingCustomer, S::kAwaitingApproval, S::kDecided, S::kAppealed);
constexpr Set<CaseState> kNotMerged = {kAlive.bits | Of(S::kClosed).bits};
constexpr Set<CaseState> kEveryState = {kNotMerged.bits | Of(S::kMerged).bits};
constexpr CaseState kStays = S::kUnspecified;
// A platform's letter is answered, not judged: nobody appeals an answer; it is reopened when the
// platform writes again.
constexpr Set<CaseKind> kJudged = Without(kEveryKind, Of(K::kPlatformEmail));

constexpr std::array kMoves = {
    Move{kAlive, Verb::kRespond, kStays, Guard::kNone, kEveryKind},
    // The customer may give up, or the shop give in, while waiting.
    Move{Of(S::kOpen, S::kWaitingCustomer), Verb::kDecide, S::kDecided, Guard::kAuthority,
         kEveryKind},
    Move{Of(S::kOpen), Verb::kWait, S::kWaitingCustomer, Guard::kAuthority, kEveryKind},
    Move{Of(S::kWaitingCustomer), Verb::kResume, S::kOpen, Guard::kNone, kEveryKind},
    // Waiting for approval is the shop's own time: what was paused runs on.
    Move{Of(S::kOpen, S::kWaitingCustomer), Verb::kPropose, S::kAwaitingApproval,
         Guard::kApprovable, kEveryKind},
    Move{Of(S::kAwaitingApproval), Verb::kApprove, S::kDecided, Guard::kAuthorityOfAnother,
         kEveryKind},
    Move{Of(S::kAwaitingApproval), Verb::kRejectProposal, S::kOpen, Guard::kAuthorityOfAnother,
         kEveryKind},
    Move{Of(S::kAwaitingApproval), Verb::kWithdrawProposal, S::kOpen, Guard::kProposer, kEveryKind},
    Move{kAlive, Verb::kEscalate, kStays, Guard::kLevelAbove, kEveryKind},
    Move{kAlive, Verb::kLowerEscalation, kStays, Guard::kLevelBelow, kEveryKind},
    Move{Of(S::kDecided, S::kClosed), Verb::kAppeal, S::kAppealed, Guard::kAppealable, kJudged},
    Move{Of(S::kAppealed), Verb::kDecideAppeal, S::kDecided, Guard::kAppealJudge, kJudged},
    Move{Of(S::kDecided, S::kClosed), Verb::kReopen, S::kOpen, Guard::kNothingFollows, kEveryKind},
    // What follows closes the case when it ends: nothing is left half done behind a closed case.
    Move{Of(S::kDecided), Verb::kClose, S::kClosed, Guard::kNothingRuns, kEveryKind},
    Move{kAlive, Verb::kUpdate, kStays, Guard::kNone, kEveryKind},
    // Not of what somebody is asked to approve, nor of what has begun.
    Move{Of(S::kOpen, S::kWaitingCustomer, S::kAppealed), Verb::kPlan, kStays, Guard::kNone,
         kEveryKind},
    // Whom an upheld complaint concerns may come out later.
    Move{Of(S::kDecided, S::kClosed), Verb::kPlan, kStays, Guard::kNothingBegun,
         Of(K::kServiceComplaint)},
    // What is done may still be talked about and referred to.
    Move{kNotMerged, Verb::kComment, kStays, Guard::kNone, kEveryKind},
    Move{kNotMerged, Verb::kLink, kStays, Guard::kNone, kEveryKind},
    Move{kNotMerged, Verb::kUnlink, kStays, Guard::kNone, kEveryKind},
    Move{kNotMerged, Verb::kEvaluateReturn, kStays, Guard::kNone, kEveryKind},
    // A step of a process was settled by other means; a missed deadline is told at any time.
    Move{kEveryState, Verb::kSettleStep, kStays, Guard::kNone, kEveryKind},
    Move{kAlive, Verb::kAttachEvidence, kStays, Guard::kAllowedEvidence, kEveryKind},
    // What has been decided, proposed or appealed is a matter of its own by now.
    Move{Of(S::kOpen, S::kWaitingCustomer), Verb::kMerge, S::kMerged, Guard::kDuplicate,
         kEveryKind},
    Move{kAlive, Verb::kAbsorb, kStays, Guard::kDuplicate, kEveryKind},
    // Whoever was waited for has written.
    Move{Of(S::kWaitingCustomer), Verb::kCustomerMessage, S::kOpen, Guard::kNone, kEveryKind},
    Move{Without(kAlive, Of(S::kWaitingCustomer)), Verb::kCustomerMessage, kStays, Guard::kNone,
         kEveryKind},
};

// Claims to goods of an order, and what a platform may decide about such a claim.
constexpr Set<CaseKind> kOfGoods = Of(K::kReturn, K::kExchange, K::kRefundOnly, K::kReissue,
                                      K::kRepair, K::kPlatformWorkOrder, K::kDispute);
// DOMAIN 4.1: these name an order only by chance.
constexpr Set<CaseKind> kOfWords = Of(K::kPlatformEmail, K::kServiceComplaint);

constexpr std::array kResultRules = {
    ResultRule{R::kApproved, Without(kEveryKind, Of(K::kRefundOnly, K::kReissue, K::kDispute)),
               true, R::kApproved, "What is asked is granted, as far as the rules of its kind go."},
    ResultRule{R::kApproved, Of(K::kDispute), true, R::kRefundWithoutReturn,
               "The buyer is paid in advance what is claimed and keeps the goods: bounded like a "
               "refund without return."},
    ResultRule{R::kApproved, Of(K::kRefundOnly), true, R::kRefundWithoutReturn,
               "What is asked is money for goods that stay with the buyer: bounded like the result "
               "of that name."},
    ResultRule{R::kApproved, Of(K::kReissue), true, R::kReissueWithoutReturn,
               "What is asked is goods for none that come back: bounded like the result of that "
               "name."},
    ResultRule{R::kRejected, kEveryKind, true, R::kRejected, "Every claim may be unfounded."},
    ResultRule{R::kWaitingForCustomer, kEveryKind, true, R::kWaitingForCustomer,
               "Every claim may lack what only the buyer can say or send."},
    ResultRule{R::kCustomerGaveUp, kJudged, true, R::kCustomerGaveUp,
               "Whoever made the claim may drop it."},
    ResultRule{R::kCustomerGaveUp, Of(K::kPlatformEmail), false, R::kCustomerGaveUp,
               "The platform asked, not the buyer: its letter is answered all the same."},
    ResultRule{R::kReissueWithoutReturn, kOfGoods, true, R::kReissueWithoutReturn,
               "Goods, or a part of them, are sent anew and what the buyer has stays there."},
    ResultRule{R::kReissueWithoutReturn, Of(K::kLateShipment), false, R::kReissueWithoutReturn,
               "The goods are still to come: shipping goes on and the claim stands; a reissue "
               "would send them twice."},
    ResultRule{R::kReissueWithoutReturn, Of(K::kFreightClaim), false, R::kReissueWithoutReturn,
               "Freight was paid, no goods are missing."},
    ResultRule{R::kReissueWithoutReturn, kOfWords, false, R::kReissueWithoutReturn,
               "Names no goods: they move by a case of the order's own kind."},
    ResultRule{R::kRefundWithoutReturn, Without(kOfGoods, Of(K::kRepair)), true,
               R::kRefundWithoutReturn, "Money is paid back and the goods stay with the buyer."},
    ResultRule{R::kRefundWithoutReturn, Of(K::kRepair), false, R::kRefundWithoutReturn,
               "The buyer wants working goods: what cannot be repaired is exchanged or returned, "
               "by a case of that kind."},
    ResultRule{R::kRefundWithoutReturn, Of(K::kLateShipment, K::kFreightClaim), false,
               R::kRefundWithoutReturn,
               "The claim is a compensation by policy, which APPROVED grants; the price of the "
               "goods is a case of its own."},
    ResultRule{R::kRefundWithoutReturn, kOfWords, false, R::kRefundWithoutReturn,
               "Names no payment: money moves by a case of the order's own kind."},
    ResultRule{R::kOfflineReissue, kOfGoods, true, R::kOfflineReissue,
               "As a reissue without return, sent outside the platform."},
    ResultRule{R::kOfflineReissue, Of(K::kLateShipment), false, R::kOfflineReissue,
               "The goods are still to come: a reissue would send them twice."},
    ResultRule{R::kOfflineReissue, Of(K::kFreightClaim), false, R::kOfflineReissue,
               "Freight was paid, no goods are missing."},
    ResultRule{R::kOfflineReissue, kOfWords, false, R::kOfflineReissue,
               "Names no goods: they move by a case of the order's own kind."},
};

bool Meets(const Command& command, const SlaClock& clock) {
  switch (command.verb) {
    case Verb::kRespond:
      // What was said before a message, or before the case was taken up, does not answer it.
      return AsksForAnswer(clock.kind) && command.at >= clock.start;
    case Verb::kDecide:
    case Verb::kApprove:
    case Verb::kDecideAppeal:
      return clock.kind == ClockKind::kWorkOrderDecision || clock.kind == ClockKind::kResolution;
    case Verb::kClose:
      return clock.kind == ClockKind::kResolution && clock.state != ClockState::kBreached;
    default:
      return false;
  }
}

// Whether the clock was found breached when the verb met it, or ended it undone: who closes a case
// has answered nobody, and who merges it has done nothing about it.
bool EndsBreached(const Command& command, absl::Time now, const std::string& owner,
                  SlaClock& clock) {
  if (Meets(command, clock)) return Meet(clock, command.at, now, owner);
  const bool over = command.verb == Verb::kClose || command.verb == Verb::kMerge;
  return over && Cancel(clock, command.at, now, owner);
}

std::string PossibleVerbs(CaseKind kind, CaseState state) {
  std::set<std::string_view> names;
  for (const Move& move : kMoves) {
    if (move.from.Has(state) && move.kinds.Has(kind)) names.insert(VerbName(move.verb));
  }
  return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
}

std::string PossibleResults(CaseKind kind) {
  std::vector<std::string_view> names;
  for (const ResultRule& rule : kResultRules) {
    if (rule.allowed && rule.kinds.Has(kind)) names.push_back(NameOf(rule.result));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// When the pause ends: with the customer's message. What was sent before the shop asked back is no
// answer to it, but ends the waiting when it is known: somebody has to read it.
absl::Time PauseEnd(const Case& record, const Command& command, absl::Time now) {
  const bool answers = command.verb == Verb::kCustomerMessage && !record.pauses.empty() &&
                       command.at >= record.pauses.back().from;
  return answers ? command.at : now;
}

// What the verb leaves of a decision.
void SetResult(Case& record, const Command& command, absl::Time now) {
  if (command.verb == Verb::kReopen) {
    record.result = R::kUnspecified;
    record.work.decide_time.reset();
    record.work.decider = {};
  }
  if (command.result == R::kUnspecified || command.verb == Verb::kPropose) return;
  record.result = command.result;
  if (record.state != S::kDecided) return;
  ++record.work.decision_number;
  record.work.decide_time = now;
  record.work.decider = command.actor;
}

}  // namespace

std::string_view VerbName(Verb verb) {
  switch (verb) {
    case Verb::kRespond:
      return "RespondToCase";
    case Verb::kDecide:
    case Verb::kWait:
      return "ReviewCase";
    case Verb::kResume:
      return "ResumeCase";
    case Verb::kPropose:
      return "ProposeReview";
    case Verb::kApprove:
      return "ApproveReview";
    case Verb::kRejectProposal:
      return "RejectProposal";
    case Verb::kWithdrawProposal:
      return "WithdrawProposal";
    case Verb::kEscalate:
      return "EscalateCase";
    case Verb::kLowerEscalation:
      return "LowerEscalation";
    case Verb::kAppeal:
      return "AppealCase";
    case Verb::kDecideAppeal:
      return "DecideAppeal";
    case Verb::kReopen:
      return "ReopenCase";
    case Verb::kClose:
      return "CloseCase";
    case Verb::kUpdate:
      return "UpdateCase";
    case Verb::kPlan:
      return "SetCasePlan";
    case Verb::kComment:
      return "AddCaseComment";
    case Verb::kAttachEvidence:
      return "AttachEvidence";
    case Verb::kLink:
      return "LinkCases";
    case Verb::kUnlink:
      return "UnlinkCases";
    case Verb::kEvaluateReturn:
      return "EvaluateReturn";
    case Verb::kMerge:
    case Verb::kAbsorb:
      return "MergeCases";
    case Verb::kCustomerMessage:
      return "RecordCustomerMessage";
    case Verb::kSettleStep:
      return "SettleStep";
  }
  return "";
}

std::string_view GuardText(Guard guard) {
  switch (guard) {
    case Guard::kNone:
      return "";
    case Guard::kAuthority:
      return "the authority reaches the result and its cost";
    case Guard::kApprovable:
      return "the merchant does not forbid the result to everybody";
    case Guard::kAuthorityOfAnother:
      return "another person, whose authority reaches the result and its cost";
    case Guard::kProposer:
      return "the person who proposed";
    case Guard::kAppealJudge:
      return "the merchant, or another person than who proposed or gave the decision, whose "
             "authority reaches the new result and its cost";
    case Guard::kLevelAbove:
      return "to a level above the case's";
    case Guard::kLevelBelow:
      return "to a level below the case's";
    case Guard::kAppealable:
      return "within the term, and not more often than the case policy allows";
    case Guard::kNothingFollows:
      return "neither goods nor money nor a sanction follows from the decision";
    case Guard::kNothingBegun:
      return "the complaint was upheld, and nothing has followed yet since nobody was known";
    case Guard::kNothingRuns:
      return "no process that follows the decision is under way";
    case Guard::kAllowedEvidence:
      return "of the case's shop, number, size and type as the case policy allows, not attached "
             "already";
    case Guard::kDuplicate:
      return "same shop and kind, same order or buyer, same goods, and the survivor was received "
             "first";
  }
  return "";
}

std::span<const Move> Moves() { return kMoves; }

const Move* FindMove(CaseKind kind, CaseState from, Verb verb) {
  for (const Move& move : kMoves) {
    if (move.verb == verb && move.from.Has(from) && move.kinds.Has(kind)) return &move;
  }
  return nullptr;
}

std::span<const ResultRule> ResultRules() { return kResultRules; }

const ResultRule& RuleOf(CaseKind kind, ReviewResult result) {
  return *std::ranges::find_if(kResultRules, [&](const ResultRule& rule) {
    return rule.result == result && rule.kinds.Has(kind);
  });
}

Verb VerbOf(ReviewResult result) {
  return result == R::kWaitingForCustomer ? Verb::kWait : Verb::kDecide;
}

absl::Status CheckMove(const Case& record, Verb verb, ReviewResult result) {
  if (FindMove(record.kind, record.state, verb) == nullptr) {
    return error::IllegalMove(NameOf(record.kind), NameOf(record.state), VerbName(verb),
                              PossibleVerbs(record.kind, record.state));
  }
  if (result == R::kUnspecified) return absl::OkStatus();
  const ResultRule& rule = RuleOf(record.kind, result);
  if (rule.allowed) return absl::OkStatus();
  return error::ResultNotOfKind(NameOf(record.kind), NameOf(result), PossibleResults(record.kind),
                                rule.why);
}

absl::StatusOr<Change> Apply(Case& record, const Command& command, absl::Time now,
                             const Calendars& calendars) {
  RETURN_IF_ERROR(CheckMove(record, command.verb, command.result));
  const Move& move = *FindMove(record.kind, record.state, command.verb);
  if (move.guard != command.assured) {
    return Internal(fmt::format("the guard of {} was not assured", VerbName(command.verb)));
  }
  const CaseState target = move.to == kStays ? record.state : move.to;
  Change change{.from = record.state, .firings = {}};
  for (SlaClock& clock : record.clocks) {
    if (EndsBreached(command, now, OwnerOf(record, clock.kind), clock)) {
      change.firings.push_back({Firing::Kind::kBreached, clock.kind});
    }
  }
  for (const Firing& firing : Tick(record, now)) change.firings.push_back(firing);
  if (target == S::kWaitingCustomer && record.state != S::kWaitingCustomer) {
    BeginPause(record, now, calendars);
  } else if (target != S::kWaitingCustomer && record.state == S::kWaitingCustomer) {
    EndPause(record, PauseEnd(record, command, now), calendars);
  }
  record.state = target;
  SetResult(record, command, now);
  record.promised_actions.insert(record.promised_actions.end(), command.promised_actions.begin(),
                                 command.promised_actions.end());
  ++record.version;
  record.update_time = now;
  return change;
}

}  // namespace kefu::aftersales::domain
