#include "common/events/chain.h"

#include "absl/time/clock.h"
#include "common/hash/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::events {
namespace {

constexpr db::Sql kSelectHash{"SELECT chain_sha256 FROM event WHERE position = ?"};
constexpr db::Sql kSelectPart{
    "SELECT position, org_id, event_key, type, payload, create_us, chain_sha256 FROM event"
    " WHERE position > ? AND position <= ? ORDER BY position LIMIT 1000"};
constexpr db::Sql kSelectEnd{
    "SELECT position, trimmed_position FROM event_position WHERE org_id = ''"};
constexpr absl::Duration kTimeout = absl::Seconds(30);  // per part of 1000 rows

std::string BigEndian(int64_t value) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
  return bytes;
}

absl::Status Broken(int64_t position) {
  return MakeError(absl::StatusCode::kDataLoss, "EVENT_CHAIN_BROKEN",
                   fmt::format("the event chain is broken at position {}", position),
                   {{"position", fmt::format("{}", position)}});
}

}  // namespace

std::string ChainStart() { return std::string(32, '\0'); }

std::string ChainHash(std::string_view previous, const ChainFields& fields) {
  const auto size = [](std::string_view text) {
    return BigEndian(static_cast<int64_t>(text.size()));
  };
  return Sha256({previous, BigEndian(fields.position), size(fields.org_id), fields.org_id,
                 size(fields.key), fields.key, size(fields.type), fields.type, size(fields.payload),
                 fields.payload, BigEndian(fields.create_us)});
}

absl::StatusOr<int64_t> VerifyChain(db::Database& database, int64_t after, int64_t upto) {
  ASSIGN_OR_RETURN(const db::Rows ends, database.Read(absl::Now() + kTimeout, kSelectEnd));
  if (ends.empty()) return 0;
  if (upto == 0) upto = ends.front().Int(0);
  std::string previous = ChainStart();
  if (after > 0) {
    ASSIGN_OR_RETURN(const db::Rows start,
                     database.Read(absl::Now() + kTimeout, kSelectHash, {after}));
    if (start.empty()) return Broken(after);
    previous = start.front().Str(0);
  }
  int64_t checked = 0;
  int64_t position = after;
  while (position < upto) {
    ASSIGN_OR_RETURN(const db::Rows rows,
                     database.Read(absl::Now() + kTimeout, kSelectPart, {position, upto}));
    for (const db::Row row : rows) {
      ++position;
      if (row.Int(0) != position) return Broken(position);
      previous = ChainHash(
          previous, {position, row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Int(5)});
      if (row.Text(6) != previous) return Broken(position);
      ++checked;
    }
    if (rows.empty()) return Broken(position + 1);
  }
  return checked;
}

}  // namespace kefu::events
