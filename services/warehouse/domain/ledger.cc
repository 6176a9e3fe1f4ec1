#include "services/warehouse/domain/ledger.h"

#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::warehouse::domain {

std::string GenesisHash() { return std::string(32, '\0'); }

std::string ChainBytes(std::string_view previous_hash, std::string_view org_id,
                       const LedgerEntry& entry) {
  const Movement& m = entry.movement;
  std::string bytes;
  bytes.reserve(512);
  // By hand: it is done for every movement while the head of the chain is locked.
  const auto add = [&bytes](std::string_view part) {
    const fmt::format_int size(part.size());
    bytes.append(size.data(), size.size()).push_back(':');
    bytes.append(part);
  };
  const auto add_number = [&add](int64_t value) {
    const fmt::format_int text(value);
    add({text.data(), text.size()});
  };
  add(previous_hash);
  add(org_id);
  add(m.key.total.node_id);
  add_number(entry.entry_number);
  add(m.key.total.sku_id);
  add(m.key.total.owner_id);
  add(NameOf(m.key.total.condition));
  add(m.key.lot);
  add(m.key.location);
  add(NameOf(m.from));
  add(NameOf(m.to));
  add_number(m.quantity);
  add(m.reason);
  add(m.reference);
  add(m.note);
  add(FormatDay(m.business_date));
  add_number(ToMicros(entry.record_time));
  add(entry.actor);
  return bytes;
}

}  // namespace kefu::warehouse::domain
