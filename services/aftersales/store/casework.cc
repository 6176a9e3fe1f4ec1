#include "services/aftersales/store/casework.h"

#include "common/status/status_macros.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/store/rows.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

constexpr Sql kInsertComment{
    "INSERT INTO case_comment (org_id, case_id, comment_id, visibility, text, author, create_us)"
    " VALUES (?,?,?,?,?,?,?)"};
constexpr Sql kListComments{
    "SELECT case_id, comment_id, visibility, text, author, create_us FROM case_comment"
    " WHERE (org_id, case_id) IN (?*) AND comment_id > ? AND (? OR visibility = 'SHARED')"
    " ORDER BY comment_id LIMIT ?"};
constexpr std::string_view kInsertLinks =
    "INSERT INTO case_link (org_id, case_id, other_case_id, kind, author, create_us)";
constexpr Sql kDeleteLink{
    "DELETE FROM case_link WHERE org_id = ? AND case_id = ? AND other_case_id = ?"};
constexpr Sql kListLinks{
    "SELECT l.case_id, l.other_case_id, l.kind, l.author, l.create_us, c.shop_id FROM case_link l"
    " JOIN aftersales_case c ON c.org_id = l.org_id AND c.case_id = l.other_case_id"
    " WHERE (l.org_id, l.case_id) IN (?*) ORDER BY l.case_id, l.other_case_id"};

std::vector<Param> Keys(std::string_view org_id, std::span<const std::string> case_ids) {
  std::vector<Param> keys;
  for (const std::string& case_id : case_ids) keys.insert(keys.end(), {org_id, case_id});
  return keys;
}

}  // namespace

absl::Status InsertComment(db::Transaction& t, std::string_view org_id,
                           const domain::Comment& comment) {
  return t
      .Execute(kInsertComment,
               {org_id, comment.case_id, comment.comment_id, NameOf(comment.visibility),
                comment.text, comment.author, Stored(comment.create_time)})
      .status();
}

absl::StatusOr<std::vector<domain::Comment>> ListComments(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::span<const std::string> case_ids,
                                                          std::string_view after, bool internal,
                                                          int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kListComments, {}, Keys(org_id, case_ids), 2,
                                                  {after, internal, limit}));
  std::vector<domain::Comment> comments;
  for (const Row row : rows) {
    comments.push_back({.comment_id = row.Str(1),
                        .case_id = row.Str(0),
                        .visibility = EnumAt<domain::CommentVisibility>(row, 2),
                        .text = row.Str(3),
                        .author = row.Str(4),
                        .create_time = row.Time(5)});
  }
  return comments;
}

absl::StatusOr<std::vector<LinkRow>> ListLinks(db::Transaction& t, std::string_view org_id,
                                               std::span<const std::string> case_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kListLinks, {}, Keys(org_id, case_ids), 2));
  std::vector<LinkRow> links;
  for (const Row row : rows) {
    links.push_back(
        {{row.Str(0), row.Str(1), EnumAt<domain::CaseLinkKind>(row, 2), row.Str(3), row.Time(4)},
         row.Str(5)});
  }
  return links;
}

absl::Status InsertLink(db::Transaction& t, std::string_view org_id, const domain::CaseLink& link) {
  const int64_t at = Stored(link.create_time);
  const std::vector<Param> flat = {org_id,
                                   link.case_id,
                                   link.other_case_id,
                                   NameOf(link.kind),
                                   link.author,
                                   at,
                                   org_id,
                                   link.other_case_id,
                                   link.case_id,
                                   NameOf(domain::Inverse(link.kind)),
                                   link.author,
                                   at};
  return t.InsertMany(kInsertLinks, 6, flat).status();
}

absl::Status DeleteLink(db::Transaction& t, std::string_view org_id, const domain::CaseLink& link) {
  RETURN_IF_ERROR(t.Execute(kDeleteLink, {org_id, link.case_id, link.other_case_id}));
  return t.Execute(kDeleteLink, {org_id, link.other_case_id, link.case_id}).status();
}

}  // namespace kefu::aftersales::store
