#include "services/aftersales/handlers/casework/attaching.h"

#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/domain/casework/casework.h"
#include "services/aftersales/handlers/scope.h"

namespace kefu::aftersales {

absl::StatusOr<domain::FieldChange> AttachItem(const RequestContext& ctx,
                                               const domain::CasePolicy& policy,
                                               domain::Case& record, domain::Evidence item,
                                               int32_t supersedes) {
  item.attach_time = NowOf(ctx);
  item.attached_by = ctx.principal.subject;
  const std::string reference = item.reference;
  RETURN_IF_ERROR(domain::Attach(policy, record, std::move(item), supersedes));
  const auto text = [](int64_t number, std::string_view what) {
    return fmt::format("#{} {}", number, what);
  };
  const std::string before =
      supersedes == 0 ? "" : text(supersedes, record.evidence[supersedes - 1].reference);
  const auto number = static_cast<int64_t>(record.evidence.size());
  return domain::FieldChange{"evidence", before, text(number, reference)};
}

}  // namespace kefu::aftersales
