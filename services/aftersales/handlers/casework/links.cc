// Links between cases, and duplicates merged into one.
#include <algorithm>

#include "common/convert/fields.h"
#include "fmt/format.h"
#include "services/aftersales/convert/casework.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/domain/sla/unanswered.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_casework.h"
#include "services/aftersales/handlers/casework/casework.h"
#include "services/aftersales/handlers/casework/pair.h"
#include "services/aftersales/handlers/opening.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/handlers/sla/messages.h"
#include "services/aftersales/store/casework.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::Verb;

// Far above what one matter needs, low enough to be read at once.
constexpr int kMaxLinks = 100;

absl::Status CheckPair(std::string_view case_id, std::string_view other_case_id,
                       std::string_view other_field, FieldViolations& violations) {
  fields::Id(case_id, "case_id", violations);
  fields::Id(other_case_id, other_field, violations);
  violations.Check(case_id.empty() || case_id != other_case_id, other_field,
                   "must be another case");
  return violations.ToStatus();
}

absl::StatusOr<std::vector<store::LinkRow>> LinksOf(db::Transaction& t,
                                                    const domain::Case& record) {
  const std::string ids[] = {record.case_id};
  return store::ListLinks(t, record.org_id, ids);
}

const store::LinkRow* FindLink(const std::vector<store::LinkRow>& links, std::string_view other) {
  const auto found = std::ranges::find(
      links, other, [](const store::LinkRow& row) { return row.link.other_case_id; });
  return found == links.end() ? nullptr : &*found;
}

Prepare Noting(std::string note, std::vector<domain::FieldChange> changes,
               domain::Guard guard = domain::Guard::kNone) {
  return [=](db::Transaction&, domain::Case&, domain::Command& command) {
    command.assured = guard;
    return Entry{note, {}, {}, changes};
  };
}

std::string LinkText(domain::CaseLinkKind kind, std::string_view other) {
  return fmt::format("{} {}", NameOf(kind), other);
}

// Both cases tell of the link that is made or taken away; answers the first.
absl::StatusOr<v1::Case> TellOfLink(db::Transaction& t, const RequestContext& ctx,
                                    const Dependencies& deps, CasePair pair,
                                    const domain::CaseLink& link, Verb verb,
                                    const std::string& note) {
  const auto change = [&](domain::CaseLinkKind kind, std::string_view other) {
    const std::string text = LinkText(kind, other);
    return verb == Verb::kLink ? domain::FieldChange{"link", "", text}
                               : domain::FieldChange{"link", text, ""};
  };
  const domain::Command command{.verb = verb, .at = NowOf(ctx)};
  RETURN_IF_ERROR(MoveLockedCase(t, ctx, deps, std::move(pair.other), command,
                                 Noting(note, {change(domain::Inverse(link.kind), link.case_id)}))
                      .status());
  return MoveLockedCase(t, ctx, deps, std::move(pair.record), command,
                        Noting(note, {change(link.kind, link.other_case_id)}));
}

absl::StatusOr<v1::Case> Link(db::Transaction& t, const RequestContext& ctx,
                              const Dependencies& deps, CasePair pair, domain::CaseLinkKind kind,
                              const std::string& note) {
  for (const domain::Case* record : {&pair.record, &pair.other}) {
    ASSIGN_OR_RETURN(const auto links, LinksOf(t, *record));
    const domain::Case& other = record == &pair.record ? pair.other : pair.record;
    if (const store::LinkRow* const found = FindLink(links, other.case_id)) {
      return error::CasesLinked(other.case_id, NameOf(found->link.kind));
    }
    if (links.size() >= static_cast<size_t>(kMaxLinks)) return error::LinkLimit(kMaxLinks);
  }
  const domain::CaseLink link{pair.record.case_id, pair.other.case_id, kind, ctx.principal.subject,
                              NowOf(ctx)};
  RETURN_IF_ERROR(store::InsertLink(t, pair.record.org_id, link));
  return TellOfLink(t, ctx, deps, std::move(pair), link, Verb::kLink, note);
}

// What nobody has answered in the duplicate is owed an answer in the survivor, as though the
// customer had said it there: unless one is owed already, which answers both.
absl::Status TakeOverWords(db::Transaction& t, const RequestContext& ctx, const Dependencies& deps,
                           const domain::Case& duplicate, domain::Case& survivor) {
  const auto since = domain::UnansweredSince(duplicate);
  const bool waits = survivor.state == domain::CaseState::kWaitingCustomer;
  if (!since || (domain::UnansweredSince(survivor) && !waits)) return absl::OkStatus();
  RETURN_IF_ERROR(MoveLockedCase(t, ctx, deps, survivor,
                                 {.verb = Verb::kCustomerMessage, .at = *since},
                                 CustomerSaid(NowOf(ctx), duplicate.problem))
                      .status());
  ASSIGN_OR_RETURN(survivor, RequireCase(t, ctx, survivor.case_id, Access::kLock));
  return absl::OkStatus();
}

absl::StatusOr<v1::Case> Merge(db::Transaction& t, const RequestContext& ctx,
                               const Dependencies& deps, CasePair pair, const std::string& note) {
  auto& [survivor, duplicate] = pair;
  RETURN_IF_ERROR(domain::CheckMove(survivor, Verb::kAbsorb, {}));
  RETURN_IF_ERROR(domain::CheckMove(duplicate, Verb::kMerge, {}));
  RETURN_IF_ERROR(domain::CheckDuplicate(survivor, duplicate));
  RETURN_IF_ERROR(TakeOverWords(t, ctx, deps, duplicate, survivor));
  std::vector<domain::FieldChange> changes = domain::Merge(survivor, duplicate);
  const bool goods_taken = std::ranges::any_of(changes, [](const domain::FieldChange& change) {
    return change.field == "order_id" || change.field == "lines";
  });
  if (goods_taken) RETURN_IF_ERROR(FitAnew(t, survivor));
  const std::string survivor_id = survivor.case_id, duplicate_id = duplicate.case_id;
  RETURN_IF_ERROR(
      MoveLockedCase(
          t, ctx, deps, std::move(duplicate), {.verb = Verb::kMerge, .at = NowOf(ctx)},
          Noting(note, {{"merged_into_case_id", "", survivor_id}}, domain::Guard::kDuplicate))
          .status());
  changes.push_back({"merged_case_ids", "", duplicate_id});
  return MoveLockedCase(t, ctx, deps, std::move(survivor),
                        {.verb = Verb::kAbsorb, .at = NowOf(ctx)},
                        Noting(note, std::move(changes), domain::Guard::kDuplicate));
}

}  // namespace

absl::StatusOr<CasePair> LockPair(db::Transaction& t, const RequestContext& ctx,
                                  std::string_view case_id, std::string_view other_case_id) {
  const bool in_order = case_id < other_case_id;
  ASSIGN_OR_RETURN(domain::Case first,
                   RequireCase(t, ctx, in_order ? case_id : other_case_id, Access::kLock));
  ASSIGN_OR_RETURN(domain::Case second,
                   RequireCase(t, ctx, in_order ? other_case_id : case_id, Access::kLock));
  if (first.org_id != second.org_id) return error::CaseNotFound(other_case_id);
  if (!in_order) std::swap(first, second);
  return CasePair{std::move(first), std::move(second)};
}

absl::StatusOr<v1::Case> CaseWorkHandlers::LinkCases(const RequestContext& ctx,
                                                     const v1::LinkCasesRequest& request) const {
  FieldViolations violations;
  const auto kind = static_cast<domain::CaseLinkKind>(
      fields::RequiredEnum<v1::CaseLinkKind>(request.kind(), "kind", violations));
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(
      CheckPair(request.case_id(), request.other_case_id(), "other_case_id", violations));
  return WritePair(ctx, deps_, request, request.other_case_id(),
                   [&](db::Transaction& t, CasePair pair) {
                     return Link(t, ctx, deps_, std::move(pair), kind, note);
                   });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::UnlinkCases(
    const RequestContext& ctx, const v1::UnlinkCasesRequest& request) const {
  FieldViolations violations;
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(
      CheckPair(request.case_id(), request.other_case_id(), "other_case_id", violations));
  return WritePair(ctx, deps_, request, request.other_case_id(),
                   [&](db::Transaction& t, CasePair pair) -> absl::StatusOr<v1::Case> {
                     ASSIGN_OR_RETURN(const auto links, LinksOf(t, pair.record));
                     const store::LinkRow* const found = FindLink(links, pair.other.case_id);
                     if (found == nullptr) return error::LinkNotFound(pair.other.case_id);
                     RETURN_IF_ERROR(store::DeleteLink(t, pair.record.org_id, found->link));
                     return TellOfLink(t, ctx, deps_, std::move(pair), found->link, Verb::kUnlink,
                                       note);
                   });
}

absl::StatusOr<v1::ListCaseLinksResponse> CaseWorkHandlers::ListCaseLinks(
    const RequestContext& ctx, const v1::ListCaseLinksRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListCaseLinksResponse> {
        ASSIGN_OR_RETURN(const domain::Case record,
                         RequireCase(t, ctx, request.case_id(), Access::kRead));
        const std::vector<std::string> ids = domain::WithMerged(record);
        ASSIGN_OR_RETURN(const auto links, store::ListLinks(t, record.org_id, ids));
        std::vector<std::string> others;
        for (const store::LinkRow& row : links) others.push_back(row.link.other_case_id);
        ASSIGN_OR_RETURN(const auto reached, ReachedCases(t, ctx, record.org_id, others));
        v1::ListCaseLinksResponse response;
        for (const store::LinkRow& row : links) {
          // A case that the caller does not reach does not exist for the caller.
          if (!ReachesShop(ctx, record.org_id, row.other_shop_id)) continue;
          if (!reached.contains(row.link.other_case_id)) continue;
          *response.add_links() = convert::ToProto(row.link);
        }
        RETURN_IF_ERROR(HideOthers(t, ctx, EachOf(*response.mutable_links())));
        return response;
      });
}

absl::StatusOr<v1::Case> CaseWorkHandlers::MergeCases(const RequestContext& ctx,
                                                      const v1::MergeCasesRequest& request) const {
  FieldViolations violations;
  const std::string note = convert::Note(request.note(), "note", violations);
  RETURN_IF_ERROR(
      CheckPair(request.case_id(), request.duplicate_case_id(), "duplicate_case_id", violations));
  return WritePair(ctx, deps_, request, request.duplicate_case_id(),
                   [&](db::Transaction& t, CasePair pair) {
                     return Merge(t, ctx, deps_, std::move(pair), note);
                   });
}

}  // namespace kefu::aftersales
