#include "services/warehouse/errors_core.h"

#include "common/status/error.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {
namespace {

absl::Status OfLines(std::string_view reason, std::span<const Shortfall> lines,
                     std::string_view what, std::string_view message) {
  google::rpc::PreconditionFailure failure;
  for (const Shortfall& s : lines) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(reason));
    violation->set_subject(fmt::format("lines[{}] {}/{}/{}", s.line, s.wanted.node_id,
                                       s.wanted.sku_id, s.wanted.owner_id));
    violation->set_description(
        fmt::format("wanted {}, {} {}", s.wanted.quantity, what, s.available));
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, reason,
                             fmt::format("{} {}", lines.size(), message)),
                   failure);
}

absl::Status OfGuards(std::string_view reason, std::span<const GuardFault> faults,
                      std::string_view what) {
  google::rpc::PreconditionFailure failure;
  for (const GuardFault& fault : faults) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(reason));
    violation->set_subject(
        fmt::format("lines[{}] {} of channel {}", fault.line, fault.sku_id, fault.channel));
    violation->set_description(fmt::format("wanted {}, {} {}", fault.wanted, what, fault.left));
  }
  return AddDetail(
      MakeError(absl::StatusCode::kFailedPrecondition, reason,
                fmt::format("{} of the lines are held back by a sales guard", faults.size())),
      failure);
}

}  // namespace

absl::Status LotNotFound(std::string_view sku_id, std::string_view lot) {
  return NotFound("lot", fmt::format("{}/{}", sku_id, lot));
}

absl::Status AdjustmentNotFound(std::string_view id) { return NotFound("adjustment", id); }

absl::Status SalesGuardNotFound(std::string_view sku_id, std::string_view owner_id,
                                std::string_view channel) {
  return NotFound("sales guard", fmt::format("{}/{}/{}", sku_id, owner_id, channel));
}

absl::Status ReservationLineNotFound(std::string_view id, std::string_view node_id,
                                     std::string_view sku_id, std::string_view owner_id) {
  return NotFound("reservation line", fmt::format("{}/{}/{}/{}", id, node_id, sku_id, owner_id));
}

absl::Status ShopNotAllowed(std::string_view shop_id) {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          shop_id.empty() ? "the token is confined to shops: name one of them"
                                          : fmt::format("shop {} is not the token's", shop_id));
}

absl::Status NotForShops() {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          "the token is confined to shops; this call is about the work for all");
}

absl::Status AdjustmentDecided(std::string_view id, std::string_view state) {
  return FailedPrecondition("ADJUSTMENT_DECIDED", fmt::format("adjustment {}", id), state);
}

absl::Status AdjustmentOwn(std::string_view id) {
  return FailedPrecondition("ADJUSTMENT_OWN", fmt::format("adjustment {}", id),
                            "has to be approved by another person than its author");
}

absl::Status ReservationNotConfirmed(std::string_view id, std::string_view state) {
  return FailedPrecondition("RESERVATION_NOT_CONFIRMED", fmt::format("reservation {}", id), state);
}

absl::Status ShipsMoreThanOpen(std::span<const Shortfall> lines) {
  return OfLines("SHIPS_MORE_THAN_OPEN", lines, "open", "lines ship nothing or more than is open");
}

absl::Status NotPickable(std::span<const Shortfall> lines) {
  return OfLines("NOT_PICKABLE", lines, "pickable",
                 "lines find too few pieces: the rest is expired, called back or taken hold of");
}

absl::Status NodeHasStock(std::string_view node_id) {
  return FailedPrecondition("NODE_HAS_STOCK", fmt::format("node {}", node_id),
                            "holds, has promised or expects stock: it cannot be archived");
}

absl::Status LedgerInconsistent(std::string_view node_id, std::string_view sku_id) {
  return FailedPrecondition("LEDGER_INCONSISTENT", fmt::format("stock {}/{}", node_id, sku_id),
                            "the entries sum up to what cannot be: correct them first");
}

absl::Status ChannelCap(std::span<const GuardFault> faults) {
  return OfGuards("CHANNEL_CAP", faults, "left of the channel's cap");
}

absl::Status SafetyStock(std::span<const GuardFault> faults) {
  return OfGuards("SAFETY_STOCK", faults, "available above the safety stock");
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
