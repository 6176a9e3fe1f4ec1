#include "services/aftersales/domain/casework/casework.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/evidence/evidence.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/errors_casework.h"

namespace kefu::aftersales::domain {
namespace {

constexpr int kMaxTermDays = 365, kMaxAppeals = 10;
constexpr int64_t kMaxEvidenceBytes = 10LL << 30;
constexpr int kMaxEvidenceItems = 200, kMaxEvidenceTypes = 50, kMaxTypeLength = 100;
// Merged cases are read along with the survivor.
constexpr size_t kMaxMerged = 20;

// Results from which neither goods nor money nor a sanction follow.
bool NothingFollows(CaseKind kind, ReviewResult result) {
  if (result == ReviewResult::kRejected || result == ReviewResult::kCustomerGaveUp) return true;
  return result == ReviewResult::kApproved && !FlowOf(kind, result);
}

absl::Status CheckKnown(const CasePolicy& policy, EscalationLevel level) {
  return std::ranges::count(policy.levels, level) > 0 ? absl::OkStatus()
                                                      : error::LevelUnknown(NameOf(level));
}

// Adds every fault of an item: by the policy, and by whose it is. Whoever may read the case may
// fetch its files, so they must be of its organization and shop.
void CheckItem(const CasePolicy& policy, const Case& record, const Evidence& item,
               std::vector<std::string>& faults) {
  const auto file = evidence::ParseReference(item.reference);
  if (!file || file->org_id != record.org_id || file->shop_id != record.shop_id) {
    faults.push_back(fmt::format("{} is no file of the case's shop", item.reference));
  }
  if (item.size_bytes > policy.max_evidence_bytes) {
    faults.push_back(fmt::format("{} has {} bytes, at most {} are allowed", item.reference,
                                 item.size_bytes, policy.max_evidence_bytes));
  }
  if (std::ranges::count(policy.evidence_types, item.content_type) == 0) {
    faults.push_back(fmt::format("{} is {}; allowed are {}", item.reference, item.content_type,
                                 fmt::join(policy.evidence_types, ", ")));
  }
}

void CheckItems(const CasePolicy& policy, size_t items, std::vector<std::string>& faults) {
  if (items <= static_cast<size_t>(policy.max_evidence_items)) return;
  faults.push_back(fmt::format("a case has at most {} items", policy.max_evidence_items));
}

absl::Status ToStatus(const std::vector<std::string>& faults) {
  return faults.empty() ? absl::OkStatus() : error::EvidenceNotAllowed(faults);
}

absl::StatusOr<Proposal*> MeantProposal(Case& record, std::string_view proposal_id) {
  Proposal& pending = record.work.proposals.back();
  if (pending.proposal_id == proposal_id) return &pending;
  return error::ProposalChanged(proposal_id, pending.proposal_id);
}

// "image/jpeg"
bool IsMediaType(std::string_view text) {
  const size_t slash = text.find('/');
  return text.size() <= kMaxTypeLength && slash != std::string_view::npos && slash > 0 &&
         slash + 1 < text.size() && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
                  c == '+' || c == '-';
         });
}

}  // namespace

bool SamePerson(const Person& one, const Person& other) {
  return one.subject == other.subject || (!one.agent_id.empty() && one.agent_id == other.agent_id);
}

absl::StatusOr<EscalationLevel> RaisedLevel(const CasePolicy& policy, EscalationLevel from,
                                            EscalationLevel asked) {
  if (asked == EscalationLevel::kUnspecified) {
    // A policy may have lost the level that a case has: levels are ordered by their value.
    const auto next = std::ranges::find_if(policy.levels, [&](auto level) { return level > from; });
    if (next == policy.levels.end()) return error::LevelNotHigher(NameOf(from), "");
    return *next;
  }
  RETURN_IF_ERROR(CheckKnown(policy, asked));
  if (asked <= from) return error::LevelNotHigher(NameOf(from), NameOf(asked));
  return asked;
}

absl::StatusOr<EscalationLevel> LoweredLevel(const CasePolicy& policy, EscalationLevel from,
                                             EscalationLevel asked) {
  RETURN_IF_ERROR(CheckKnown(policy, asked));
  if (asked >= from) return error::LevelNotLower(NameOf(from), NameOf(asked));
  return asked;
}

EscalationLevel LevelAfterTelling(const CasePolicy& policy, EscalationLevel from, Recipient told) {
  EscalationLevel level = from;
  for (const EscalationLevel one : policy.levels) {
    if (static_cast<int>(one) <= static_cast<int>(told)) level = std::max(level, one);
  }
  return level;
}

absl::StatusOr<Proposal*> PendingProposal(Case& record, std::string_view proposal_id,
                                          const Person& approver) {
  ASSIGN_OR_RETURN(Proposal* const pending, MeantProposal(record, proposal_id));
  if (SamePerson(pending->proposer, approver)) return error::OwnProposal();
  return pending;
}

absl::StatusOr<Proposal*> OwnPendingProposal(Case& record, std::string_view proposal_id,
                                             const Person& proposer) {
  ASSIGN_OR_RETURN(Proposal* const pending, MeantProposal(record, proposal_id));
  if (!SamePerson(pending->proposer, proposer)) return error::NotOwnProposal();
  return pending;
}

bool TookPart(const Case& record, const Person& person) {
  if (SamePerson(record.work.decider, person)) return true;
  if (record.work.proposals.empty()) return false;
  const Proposal& last = record.work.proposals.back();
  const bool in_force = last.state == ProposalState::kApproved &&
                        last.decide_time == record.work.decide_time &&
                        last.decider == record.work.decider.subject;
  return in_force && SamePerson(last.proposer, person);
}

absl::Time AppealEnd(const CasePolicy& policy, absl::Time decided, absl::TimeZone zone) {
  return absl::FromCivil(absl::ToCivilDay(decided, zone) + policy.appeal_term_days + 1, zone);
}

absl::Status CheckAppeal(const CasePolicy& policy, const Case& record, absl::TimeZone zone,
                         absl::Time now) {
  const absl::Time end = AppealEnd(policy, *record.work.decide_time, zone);
  if (now >= end) return error::AppealTermOver(FormatInstant(end), policy.appeal_term_days);
  if (record.work.appeals.size() >= static_cast<size_t>(policy.max_appeals)) {
    return error::AppealsExhausted(policy.max_appeals);
  }
  return absl::OkStatus();
}

absl::Status CheckReopen(const Case& record) {
  // A platform's letter asks for an answer: nothing follows from what was answered.
  if (record.kind == CaseKind::kPlatformEmail || NothingFollows(record.kind, record.result)) {
    return absl::OkStatus();
  }
  return error::DecisionInEffect(NameOf(record.result));
}

absl::Status Attach(const CasePolicy& policy, Case& record, Evidence item, int32_t supersedes) {
  const auto same = std::ranges::find(record.evidence, item.sha256, &Evidence::sha256);
  if (same != record.evidence.end()) {
    return error::EvidenceDuplicate(item.sha256,
                                    static_cast<int32_t>(same - record.evidence.begin()) + 1);
  }
  std::vector<std::string> faults;
  CheckItem(policy, record, item, faults);
  CheckItems(policy, record.evidence.size() + 1, faults);
  RETURN_IF_ERROR(ToStatus(faults));
  const auto number = static_cast<int32_t>(record.evidence.size()) + 1;
  if (supersedes != 0) {
    const bool known = supersedes < number;
    if (!known || record.evidence[supersedes - 1].superseded_by != 0) {
      return error::EvidenceUnknown(supersedes);
    }
    record.evidence[supersedes - 1].superseded_by = number;
  }
  record.evidence.push_back(std::move(item));
  return absl::OkStatus();
}

absl::Status CheckOpeningEvidence(const CasePolicy& policy, const Case& record) {
  std::vector<std::string> faults;
  std::set<std::string_view> seen;
  for (const Evidence& item : record.evidence) {
    CheckItem(policy, record, item, faults);
    if (!seen.insert(item.sha256).second) {
      faults.push_back(fmt::format("{} has the content of another item", item.reference));
    }
  }
  CheckItems(policy, record.evidence.size(), faults);
  return ToStatus(faults);
}

CaseLinkKind Inverse(CaseLinkKind kind) {
  switch (kind) {
    case CaseLinkKind::kDuplicateOf:
      return CaseLinkKind::kHasDuplicate;
    case CaseLinkKind::kHasDuplicate:
      return CaseLinkKind::kDuplicateOf;
    case CaseLinkKind::kFollowUpOf:
      return CaseLinkKind::kFollowedUpBy;
    case CaseLinkKind::kFollowedUpBy:
      return CaseLinkKind::kFollowUpOf;
    case CaseLinkKind::kRelated:
    case CaseLinkKind::kUnspecified:
      return kind;
  }
  return kind;
}

namespace {

std::map<std::string_view, int64_t> PiecesOf(const Case& record) {
  std::map<std::string_view, int64_t> pieces;
  for (const CaseLine& line : record.lines) pieces[line.sku] += line.quantity;
  return pieces;
}

// A case of an order that names no lines is about all of it; one without an order, about no goods
// yet.
bool NamesGoods(const Case& record) { return !record.order_id.empty() || !record.lines.empty(); }

// Once it is decided, or somebody is asked to approve that, other goods would make it another
// decision.
bool LearnsGoods(const Case& record) {
  return record.order_id.empty() &&
         (record.state == CaseState::kOpen || record.state == CaseState::kWaitingCustomer);
}

std::string LinesText(const std::vector<CaseLine>& lines) {
  std::vector<std::string> texts;
  for (const CaseLine& line : lines) {
    texts.push_back(fmt::format("{} x {}", line.quantity, line.sku));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string GoodsText(const Case& record) {
  return record.lines.empty() ? "the whole order" : LinesText(record.lines);
}

// What of the goods that the two are about one case could not keep, and what to do; empty where it
// keeps all.
std::string GoodsFault(const Case& survivor, const Case& duplicate) {
  if (!NamesGoods(duplicate)) return "";
  if (NamesGoods(survivor) && PiecesOf(survivor) != PiecesOf(duplicate)) {
    return fmt::format(
        "they are about different goods, {} and {}: decide each for its own, and link them "
        "(LinkCases)",
        GoodsText(survivor), GoodsText(duplicate));
  }
  const bool more = (survivor.order_id.empty() && !duplicate.order_id.empty()) ||
                    (survivor.lines.empty() && !duplicate.lines.empty());
  if (!more || LearnsGoods(survivor)) return "";
  return fmt::format(
      "the survivor names no order, and takes none over while it is {}: {}, or link them "
      "(LinkCases)",
      NameOf(survivor.state),
      survivor.state == CaseState::kAwaitingApproval ? "withdraw the proposal first"
                                                     : "name its order first (UpdateCase)");
}

}  // namespace

absl::Status CheckDuplicate(const Case& survivor, const Case& duplicate) {
  std::vector<std::string> faults;
  const auto differ = [&](bool condition, std::string_view what) {
    if (condition) faults.emplace_back(what);
  };
  differ(survivor.org_id != duplicate.org_id || survivor.shop_id != duplicate.shop_id,
         "they are of different shops");
  // The promises of a kind, its clocks for one, would be lost.
  differ(survivor.kind != duplicate.kind, "they are of different kinds");
  const bool orders = !survivor.order_id.empty() && !duplicate.order_id.empty();
  const bool same_buyer =
      !survivor.customer_id.empty() && survivor.customer_id == duplicate.customer_id;
  differ(orders && survivor.order_id != duplicate.order_id, "they name different orders");
  differ(!orders && !same_buyer, "they do not name the same order nor the same buyer");
  // What one case names would be expected and paid for, and the rest forgotten.
  const std::string goods = GoodsFault(survivor, duplicate);
  differ(!goods.empty(), goods);
  // Its clocks are the earlier ones: nobody gains time by merging.
  differ(survivor.receive_time > duplicate.receive_time, "the survivor was received later");
  if (!faults.empty()) return error::NotADuplicate(duplicate.case_id, faults);
  return survivor.work.merged.size() + duplicate.work.merged.size() < kMaxMerged
             ? absl::OkStatus()
             : error::MergeLimit(kMaxMerged);
}

std::vector<std::string> WithMerged(const Case& record) {
  std::vector<std::string> ids = record.work.merged;
  ids.push_back(record.case_id);
  return ids;
}

std::vector<FieldChange> Merge(Case& survivor, Case& duplicate) {
  duplicate.work.merged_into = survivor.case_id;
  std::vector<std::string>& merged = survivor.work.merged;
  merged.push_back(duplicate.case_id);
  merged.insert(merged.end(), duplicate.work.merged.begin(), duplicate.work.merged.end());
  std::ranges::sort(merged);
  std::vector<FieldChange> taken;
  if (survivor.state == CaseState::kDecided || survivor.state == CaseState::kAppealed) return taken;
  if (LearnsGoods(survivor)) {
    if (!duplicate.order_id.empty()) {
      survivor.order_id = duplicate.order_id;
      taken.push_back({"order_id", "", survivor.order_id});
    }
    if (survivor.lines.empty() && !duplicate.lines.empty()) {
      survivor.lines = duplicate.lines;
      taken.push_back({"lines", "", LinesText(survivor.lines)});
    }
  }
  if (survivor.language.empty() && !duplicate.language.empty()) {
    survivor.language = duplicate.language;
    taken.push_back({"language", "", survivor.language});
  }
  return taken;
}

void CheckCasePolicy(const CasePolicy& policy, FieldViolations& violations) {
  const auto& levels = policy.levels;
  violations.Check(
      levels.size() >= 2 && levels.front() == EscalationLevel::kAgent &&
          std::ranges::is_sorted(levels) && std::ranges::adjacent_find(levels) == levels.end(),
      "escalation_levels", "must begin with the agent and rise, none twice, at least two of them");
  violations.Check(policy.appeal_term_days >= 0 && policy.appeal_term_days <= kMaxTermDays,
                   "appeal_term_days", "must be 0 to 365");
  violations.Check(policy.max_appeals >= 0 && policy.max_appeals <= kMaxAppeals, "max_appeals",
                   "must be 0 to 10");
  violations.Check(policy.max_evidence_bytes >= 1 && policy.max_evidence_bytes <= kMaxEvidenceBytes,
                   "max_evidence_bytes", "must be 1 to 10 GiB");
  violations.Check(policy.max_evidence_items >= 1 && policy.max_evidence_items <= kMaxEvidenceItems,
                   "max_evidence_items", "must be 1 to 200");
  const auto& types = policy.evidence_types;
  const std::set<std::string_view> distinct(types.begin(), types.end());
  violations.Check(!types.empty() && types.size() <= kMaxEvidenceTypes &&
                       distinct.size() == types.size() && std::ranges::all_of(types, IsMediaType),
                   "evidence_types", "must be 1 to 50 media types in lower case, none twice");
}

}  // namespace kefu::aftersales::domain
