#include "services/warehouse/errors_core.h"

#include "common/status/error.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {

absl::Status LotNotFound(std::string_view sku_id, std::string_view lot) {
  return NotFound("lot", fmt::format("{}/{}", sku_id, lot));
}

absl::Status BinShort(std::span<const BinShortfall> shortfalls) {
  constexpr std::string_view kReason = "BIN_SHORT";
  google::rpc::PreconditionFailure failure;
  for (const BinShortfall& s : shortfalls) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(kReason));
    violation->set_subject(fmt::format("lines[{}] {}/{}/{}/{}/{}/{}", s.line, s.key.total.node_id,
                                       s.key.total.sku_id, s.key.total.owner_id,
                                       NameOf(s.key.total.condition), s.key.lot, s.key.location));
    violation->set_description(
        fmt::format("wanted {}, free in this lot and bin {}", s.wanted, s.free));
  }
  return AddDetail(
      MakeError(absl::StatusCode::kFailedPrecondition, kReason,
                fmt::format("{} bins hold fewer pieces than are to leave them", shortfalls.size())),
      failure);
}

}  // namespace kefu::warehouse::error
