// The state machines of cases: every kind, state and verb against the table, and the document drawn
// from it.
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/aftersales/domain/moves.h"

namespace kefu::aftersales::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::HasSubstr;

template <class E>
std::vector<E> ValuesOf() {
  std::vector<E> values;
  for (size_t i = 1; i < kEnumNames<E>.size(); ++i) values.push_back(static_cast<E>(i));
  return values;
}

Case CaseIn(CaseKind kind, CaseState state) {
  Case record;
  record.kind = kind;
  record.state = state;
  record.version = 1;
  if (state == CaseState::kWaitingCustomer) record.pauses.push_back({absl::UnixEpoch(), {}});
  return record;
}

// What the rules say, written down a second time and independently: where each verb leads from a
// state, for kinds that know the verb.
std::optional<CaseState> Expected(CaseKind kind, CaseState from, Verb verb) {
  using S = CaseState;
  const bool merged = from == S::kMerged;
  const bool alive = from != S::kClosed && !merged;
  const bool undecided = from == S::kOpen || from == S::kWaitingCustomer;
  const bool decided = from == S::kDecided || from == S::kClosed;
  const bool letter = kind == CaseKind::kPlatformEmail;
  const auto when = [](bool condition, S to) {
    return condition ? std::optional(to) : std::nullopt;
  };
  switch (verb) {
    case Verb::kRespond:
    case Verb::kEscalate:
    case Verb::kLowerEscalation:
    case Verb::kUpdate:
    case Verb::kAttachEvidence:
    case Verb::kAbsorb:
      return when(alive, from);
    case Verb::kPlan:
      return when(
          undecided || from == S::kAppealed || (decided && kind == CaseKind::kServiceComplaint),
          from);
    case Verb::kComment:
    case Verb::kEvaluateReturn:
    case Verb::kLink:
    case Verb::kUnlink:
      return when(!merged, from);
    case Verb::kSettleStep:
      return from;
    case Verb::kMerge:
      return when(undecided, S::kMerged);
    case Verb::kDecide:
      return when(undecided, S::kDecided);
    case Verb::kWait:
      return when(from == S::kOpen, S::kWaitingCustomer);
    case Verb::kResume:
      return when(from == S::kWaitingCustomer, S::kOpen);
    case Verb::kPropose:
      return when(undecided, S::kAwaitingApproval);
    case Verb::kApprove:
      return when(from == S::kAwaitingApproval, S::kDecided);
    case Verb::kRejectProposal:
    case Verb::kWithdrawProposal:
      return when(from == S::kAwaitingApproval, S::kOpen);
    case Verb::kAppeal:
      return when(decided && !letter, S::kAppealed);
    case Verb::kDecideAppeal:
      return when(from == S::kAppealed && !letter, S::kDecided);
    case Verb::kReopen:
      return when(decided, S::kOpen);
    case Verb::kClose:
      return when(from == S::kDecided, S::kClosed);
    case Verb::kCustomerMessage:
      return when(alive, from == S::kWaitingCustomer ? S::kOpen : from);
  }
  return std::nullopt;
}

TEST(MovesTest, EveryKindStateAndVerbDoesWhatTheTableSaysOrIsRefusedWithTheReason) {
  for (const CaseKind kind : ValuesOf<CaseKind>()) {
    for (const CaseState from : ValuesOf<CaseState>()) {
      for (int v = 0; v < kVerbCount; ++v) {
        const auto verb = static_cast<Verb>(v);
        SCOPED_TRACE(fmt::format("{} {} {}", NameOf(kind), NameOf(from), VerbName(verb)));
        Case record = CaseIn(kind, from);
        const Move* const move = FindMove(kind, from, verb);
        const auto to = Expected(kind, from, verb);
        const auto change =
            Apply(record, {.verb = verb, .assured = move == nullptr ? Guard::kNone : move->guard},
                  absl::UnixEpoch() + absl::Hours(1), {});
        ASSERT_EQ(change.ok(), to.has_value()) << change.status();
        if (to) {
          EXPECT_EQ(record.state, *to);
          EXPECT_EQ(record.version, 2);
          EXPECT_EQ(change->from, from);
          continue;
        }
        EXPECT_THAT(change, StatusIs(absl::StatusCode::kFailedPrecondition));
        EXPECT_THAT(change, HasReason("ILLEGAL_MOVE"));
        EXPECT_EQ(MetadataOf(change.status(), "kind"), NameOf(kind));
        EXPECT_EQ(MetadataOf(change.status(), "state"), NameOf(from));
        EXPECT_EQ(MetadataOf(change.status(), "verb"), VerbName(verb));
        EXPECT_EQ(record.state, from);
        EXPECT_EQ(record.version, 1);
      }
    }
  }
}

TEST(MovesTest, ARefusalNamesWhatIsPossibleInstead) {
  const absl::Status closed = CheckMove(CaseIn(CaseKind::kReturn, CaseState::kClosed), Verb::kClose,
                                        ReviewResult::kUnspecified);
  EXPECT_EQ(MetadataOf(closed, "possible"),
            "AddCaseComment, AppealCase, EvaluateReturn, LinkCases, ReopenCase, SettleStep, "
            "UnlinkCases");
  EXPECT_THAT(closed.message(), HasSubstr("possible: AddCaseComment, AppealCase"));
  const absl::Status letter = CheckMove(CaseIn(CaseKind::kPlatformEmail, CaseState::kClosed),
                                        Verb::kAppeal, ReviewResult::kUnspecified);
  EXPECT_EQ(MetadataOf(letter, "possible"),
            "AddCaseComment, EvaluateReturn, LinkCases, ReopenCase, SettleStep, UnlinkCases");
  const absl::Status merged = CheckMove(CaseIn(CaseKind::kReturn, CaseState::kMerged),
                                        Verb::kComment, ReviewResult::kUnspecified);
  EXPECT_EQ(MetadataOf(merged, "possible"), "SettleStep");
}

TEST(MovesTest, NoMoveStandsTwiceAndEveryStateLeadsOn) {
  for (const CaseKind kind : ValuesOf<CaseKind>()) {
    for (const CaseState from : ValuesOf<CaseState>()) {
      bool leaves = false;
      for (int v = 0; v < kVerbCount; ++v) {
        int rows = 0;
        for (const Move& move : Moves()) {
          const bool fits =
              move.verb == static_cast<Verb>(v) && move.from.Has(from) && move.kinds.Has(kind);
          rows += fits ? 1 : 0;
          leaves |= fits && move.to != CaseState::kUnspecified && move.to != from;
        }
        EXPECT_LE(rows, 1) << NameOf(kind) << NameOf(from) << v;
      }
      const bool ends = from == CaseState::kMerged ||
                        (kind == CaseKind::kPlatformEmail && from == CaseState::kAppealed);
      EXPECT_EQ(leaves, !ends) << NameOf(kind) << " " << NameOf(from);
    }
  }
}

TEST(MovesTest, AMoveWhoseGuardNobodyAnsweredIsRefused) {
  for (const Move& move : Moves()) {
    if (move.guard == Guard::kNone) continue;
    for (const CaseState from : ValuesOf<CaseState>()) {
      if (!move.from.Has(from)) continue;
      const CaseKind kind =
          move.kinds.Has(CaseKind::kReturn) ? CaseKind::kReturn : CaseKind::kServiceComplaint;
      Case record = CaseIn(kind, from);
      EXPECT_THAT(Apply(record, {.verb = move.verb}, absl::UnixEpoch() + absl::Hours(1), {}),
                  StatusIs(absl::StatusCode::kInternal));
      EXPECT_EQ(record.version, 1);
    }
  }
}

// --- Results. ---

TEST(ResultsTest, EveryKindAndResultStandsInOneRowWithItsReason) {
  for (const CaseKind kind : ValuesOf<CaseKind>()) {
    for (const ReviewResult result : ValuesOf<ReviewResult>()) {
      int rows = 0;
      for (const ResultRule& rule : ResultRules()) {
        rows += rule.result == result && rule.kinds.Has(kind) ? 1 : 0;
        EXPECT_FALSE(rule.why.empty());
      }
      EXPECT_EQ(rows, 1) << NameOf(kind) << " " << NameOf(result);
    }
  }
}

TEST(ResultsTest, EachKindAllowsTheseAndNoOthers) {
  const std::string goods =
      "APPROVED REJECTED REISSUE_WITHOUT_RETURN WAITING_FOR_CUSTOMER REFUND_WITHOUT_RETURN "
      "OFFLINE_REISSUE CUSTOMER_GAVE_UP";
  const std::string claim = "APPROVED REJECTED WAITING_FOR_CUSTOMER CUSTOMER_GAVE_UP";
  const std::map<CaseKind, std::string> expected = {
      {CaseKind::kReturn, goods},
      {CaseKind::kExchange, goods},
      {CaseKind::kRefundOnly, goods},
      {CaseKind::kReissue, goods},
      {CaseKind::kRepair,
       "APPROVED REJECTED REISSUE_WITHOUT_RETURN WAITING_FOR_CUSTOMER OFFLINE_REISSUE "
       "CUSTOMER_GAVE_UP"},
      {CaseKind::kPlatformWorkOrder, goods},
      {CaseKind::kPlatformEmail, "APPROVED REJECTED WAITING_FOR_CUSTOMER"},
      {CaseKind::kDispute, goods},
      {CaseKind::kLateShipment, claim},
      {CaseKind::kFreightClaim, claim},
      {CaseKind::kServiceComplaint, claim}};
  for (const CaseKind kind : ValuesOf<CaseKind>()) {
    std::vector<std::string_view> allowed;
    for (const ReviewResult result : ValuesOf<ReviewResult>()) {
      const absl::Status status = CheckMove(CaseIn(kind, CaseState::kOpen), VerbOf(result), result);
      if (status.ok()) {
        allowed.push_back(NameOf(result));
        continue;
      }
      EXPECT_THAT(status, HasReason("RESULT_NOT_OF_KIND"));
      EXPECT_EQ(MetadataOf(status, "kind"), NameOf(kind));
      EXPECT_EQ(MetadataOf(status, "result"), NameOf(result));
      EXPECT_THAT(MetadataOf(status, "possible"), HasSubstr("REJECTED"));
      EXPECT_THAT(status.message(), HasSubstr(std::string(RuleOf(kind, result).why)));
    }
    EXPECT_EQ(fmt::format("{}", fmt::join(allowed, " ")), expected.at(kind)) << NameOf(kind);
  }
}

TEST(ResultsTest, WhatGrantsGoodsOrMoneyIsBoundedByWhateverNameItGoes) {
  EXPECT_EQ(RuleOf(CaseKind::kRefundOnly, ReviewResult::kApproved).authority,
            ReviewResult::kRefundWithoutReturn);
  EXPECT_EQ(RuleOf(CaseKind::kReissue, ReviewResult::kApproved).authority,
            ReviewResult::kReissueWithoutReturn);
  EXPECT_EQ(RuleOf(CaseKind::kDispute, ReviewResult::kApproved).authority,
            ReviewResult::kRefundWithoutReturn);
  EXPECT_EQ(RuleOf(CaseKind::kReturn, ReviewResult::kApproved).authority, ReviewResult::kApproved);
}

TEST(MovesTest, EveryDecisionIsCountedAndAReopenedCaseHasNone) {
  const absl::Time at = absl::UnixEpoch();
  Case record = CaseIn(CaseKind::kReturn, CaseState::kOpen);
  const auto apply = [&](Verb verb, ReviewResult result = ReviewResult::kUnspecified) {
    const Guard guard = FindMove(record.kind, record.state, verb)->guard;
    ASSERT_OK(Apply(
        record, {.verb = verb, .at = at, .result = result, .assured = guard, .actor = {"p", "a"}},
        at, {}));
  };
  apply(Verb::kPropose, ReviewResult::kRejected);
  EXPECT_EQ(record.result, ReviewResult::kUnspecified) << "a proposal is no result";
  EXPECT_EQ(record.work.decision_number, 0);
  apply(Verb::kApprove, ReviewResult::kRejected);
  EXPECT_EQ(record.result, ReviewResult::kRejected);
  EXPECT_EQ(record.work.decision_number, 1);
  EXPECT_EQ(record.work.decider.subject, "p");
  apply(Verb::kAppeal);
  apply(Verb::kDecideAppeal);
  EXPECT_EQ(record.work.decision_number, 1) << "it stands";
  apply(Verb::kAppeal);
  apply(Verb::kDecideAppeal, ReviewResult::kApproved);
  EXPECT_EQ(record.work.decision_number, 2);
  EXPECT_EQ(record.result, ReviewResult::kApproved);
  apply(Verb::kReopen);
  EXPECT_EQ(record.result, ReviewResult::kUnspecified);
  EXPECT_FALSE(record.work.decide_time);
  apply(Verb::kDecide, ReviewResult::kCustomerGaveUp);
  EXPECT_EQ(record.work.decision_number, 3);
}

// --- The document. ---

// Verbs that leave the state as it is, by the states in which they are possible.
std::string Staying(CaseKind kind) {
  std::map<std::string, std::set<std::string_view>> verbs_of;
  for (const Move& move : Moves()) {
    if (!move.kinds.Has(kind) || move.to != CaseState::kUnspecified) continue;
    std::vector<std::string_view> states;
    for (const CaseState state : ValuesOf<CaseState>()) {
      const bool reached = kind != CaseKind::kPlatformEmail || state != CaseState::kAppealed;
      if (move.from.Has(state) && reached) states.push_back(NameOf(state));
    }
    verbs_of[fmt::format("{}", fmt::join(states, ", "))].insert(VerbName(move.verb));
  }
  std::string text;
  for (const auto& [states, verbs] : verbs_of) {
    text += fmt::format("- {}: {}\n", states, fmt::join(verbs, ", "));
  }
  return text;
}

std::string Diagram(CaseKind kind) {
  std::map<std::pair<CaseState, CaseState>, std::set<std::string>> edges;
  for (const Move& move : Moves()) {
    if (!move.kinds.Has(kind) || move.to == CaseState::kUnspecified) continue;
    for (const CaseState from : ValuesOf<CaseState>()) {
      if (!move.from.Has(from)) continue;
      std::string label(VerbName(move.verb));
      if (move.verb == Verb::kWait) label += " (waiting for the customer)";
      edges[{from, move.to}].insert(label);
    }
  }
  std::string text = "```mermaid\nstateDiagram-v2\n  [*] --> OPEN: OpenCase\n";
  for (const auto& [edge, labels] : edges) {
    text += fmt::format("  {} --> {}: {}\n", NameOf(edge.first), NameOf(edge.second),
                        fmt::join(labels, ", "));
  }
  return text + "  CLOSED --> [*]\n  MERGED --> [*]\n```\n";
}

std::string Results(CaseKind kind) {
  std::string text = "| result | possible | why | authority of |\n|---|---|---|---|\n";
  for (const ReviewResult result : ValuesOf<ReviewResult>()) {
    const ResultRule& rule = RuleOf(kind, result);
    text += fmt::format("| {} | {} | {} | {} |\n", NameOf(result), rule.allowed ? "yes" : "no",
                        rule.why, rule.allowed ? NameOf(rule.authority) : "");
  }
  return text;
}

std::string Guards() {
  std::set<std::string> rows;
  for (const Move& move : Moves()) {
    if (move.guard == Guard::kNone) continue;
    rows.insert(fmt::format("| {} | {} |\n", VerbName(move.verb), GuardText(move.guard)));
  }
  return fmt::format("| verb | possible only |\n|---|---|\n{}", fmt::join(rows, ""));
}

std::string Document() {
  std::string text =
      "# Cases\n\n"
      "How an after-sales case moves, kind by kind. Drawn from the table in "
      "services/aftersales/domain/moves.cc; a test compares the two, and\n"
      "`KEFU_WRITE_DOCS=1 aftersales_domain_test --gtest_filter=DocumentTest.*` draws it anew. "
      "Verbs are RPCs of AftersalesService and\nCaseWorkService. What is not drawn is refused with "
      "`ILLEGAL_MOVE`, which names what is possible instead; a result that a kind does\nnot know "
      "with `RESULT_NOT_OF_KIND`.\n\n"
      "A level of escalation (agent, team lead, supervisor, merchant) is no state: a case has one "
      "in every state.\n\n## Conditions\n\n";
  text += Guards();
  for (const CaseKind kind : ValuesOf<CaseKind>()) {
    text += fmt::format("\n## {}\n\n{}\nThe state stays:\n\n{}\n{}", NameOf(kind), Diagram(kind),
                        Staying(kind), Results(kind));
  }
  return text;
}

TEST(DocumentTest, IsDrawnFromTheTable) {
  if (std::getenv("KEFU_WRITE_DOCS") != nullptr) std::ofstream(KEFU_CASES_DOC) << Document();
  std::ostringstream stored;
  stored << std::ifstream(KEFU_CASES_DOC).rdbuf();
  EXPECT_EQ(stored.str(), Document()) << "draw docs/cases.md anew: it says how";
}

}  // namespace
}  // namespace kefu::aftersales::domain
