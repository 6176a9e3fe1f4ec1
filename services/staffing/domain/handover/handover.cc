#include "services/staffing/domain/handover/handover.h"

#include <algorithm>
#include <vector>

#include "services/staffing/errors_time.h"

namespace kefu::staffing::handover {
namespace {

absl::Duration MinutesTo(Level level, const Policy& policy) {
  switch (level) {
    case Level::kTeamLead:
      return absl::Minutes(policy.team_lead_minutes);
    case Level::kSupervisor:
      return absl::Minutes(policy.supervisor_minutes);
    case Level::kManager:
      return absl::Minutes(policy.manager_minutes);
    case Level::kUnspecified:
    case Level::kShift:
      break;
  }
  return absl::InfiniteDuration();
}

Level Above(Level level) { return static_cast<Level>(static_cast<int>(level) + 1); }

void Touch(Item& item, absl::Time now) {
  item.info = {item.info.version + 1, item.info.create_time, now};
}

// Into the book, at the shift's own level again.
void PutBack(Item& item, const DutyShift& shift, const Policy& policy, absl::Time now) {
  item.state = ItemState::kWaiting;
  item.from_shift_id = shift.id;
  item.holder_agent_id.clear();
  item.holder_shift_id.clear();
  item.waiting_since = now;
  item.level = Level::kShift;
  ++item.handovers;
  item.escalates = EscalationTime(item, policy);
}

std::vector<std::string> IdsOf(std::span<const Item> items) {
  std::vector<std::string> ids;
  for (const Item& item : items) ids.push_back(item.id);
  return ids;
}

// Of an item in hand that has just gone up to its level: the next level after it, as much later as
// the policy has it.
absl::Time HeldEscalationTime(const Item& item, const Policy& policy) {
  if (item.level >= Level::kManager) return absl::InfiniteFuture();
  return item.escalates + (MinutesTo(Above(item.level), policy) - MinutesTo(item.level, policy));
}

bool Holds(const DutyShift& shift, const Item& item) {
  return item.state == ItemState::kAccepted && item.holder_shift_id == shift.id;
}

// Of a mobile number, written 138 1234 5678: the middle is hidden.
constexpr size_t kNumber = 11, kFirstHidden = 3, kHidden = 4;

// Digits that follow each other.
struct Digits {
  size_t at = 0, size = 0;
};

std::vector<Digits> DigitsOf(std::string_view text) {
  std::vector<Digits> runs;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] < '0' || text[at] > '9') continue;
    if (!runs.empty() && runs.back().at + runs.back().size == at) {
      ++runs.back().size;
    } else {
      runs.push_back({at, 1});
    }
  }
  return runs;
}

// One space or hyphen lies between them.
bool Follows(std::string_view text, const Digits& first, const Digits& second) {
  const size_t end = first.at + first.size;
  return second.at == end + 1 && (text[end] == ' ' || text[end] == '-');
}

// 13 to 19.
bool IsMobile(std::string_view digits) { return digits[0] == '1' && digits[1] >= '3'; }

void Hide(std::string& text, size_t at) { text.replace(at, kHidden, kHidden, '*'); }

}  // namespace

std::string Masked(std::string_view text) {
  std::string masked(text);
  const std::vector<Digits> runs = DigitsOf(text);
  for (size_t i = 0; i < runs.size(); ++i) {
    const size_t size = runs[i].size;
    // Written without a break, alone or after the country's code.
    if (size == kNumber && IsMobile(text.substr(runs[i].at))) {
      Hide(masked, runs[i].at + kFirstHidden);
    } else if (size == kNumber + 2 && text.substr(runs[i].at, 2) == "86" &&
               IsMobile(text.substr(runs[i].at + 2))) {
      Hide(masked, runs[i].at + 2 + kFirstHidden);
    }
    // In groups, as people write it: 138 1234 5678 or 138-12345678.
    if (size != kFirstHidden || i + 1 == runs.size() || !Follows(text, runs[i], runs[i + 1]) ||
        !IsMobile(text.substr(runs[i].at))) {
      continue;
    }
    const bool three = i + 2 < runs.size() && runs[i + 1].size == kHidden &&
                       runs[i + 2].size == kHidden && Follows(text, runs[i + 1], runs[i + 2]);
    if (three || runs[i + 1].size == 2 * kHidden) Hide(masked, runs[i + 1].at);
  }
  return masked;
}

absl::Status CheckLength(absl::Time scheduled_start, absl::Time scheduled_end) {
  return scheduled_end - scheduled_start <= kLongestShift
             ? absl::OkStatus()
             : error::ShiftTooLong("scheduled_end_time");
}

absl::Status CheckStart(const DutyShift& next, std::span<const DutyShift> running) {
  std::vector<std::string> owing;
  for (const DutyShift& shift : running) {
    if (!shift.handover && shift.scheduled_end <= std::max(next.scheduled_start, next.start)) {
      owing.push_back(shift.agent_id);
    }
  }
  return owing.empty() ? absl::OkStatus() : error::HandoverMissing(owing);
}

absl::Status CheckEnd(const DutyShift& shift, std::span<const Item> held) {
  if (!shift.handover) return error::HandoverMissing({shift.agent_id});
  return held.empty() ? absl::OkStatus() : error::ItemsNotHandedOn(IdsOf(held));
}

absl::StatusOr<std::vector<Item>> Write(const DutyShift& shift, std::span<const Item> held,
                                        const Writing& writing, const Policy& policy,
                                        absl::Time now) {
  std::vector<Item> written;
  for (Item item : writing.items) {
    item.text = Masked(item.text);
    item.team_id = shift.team_id;
    item.writer_agent_id = shift.agent_id;
    item.info = {1, now, now};
    PutBack(item, shift, policy, now);
    written.push_back(std::move(item));
  }
  std::vector<Item> left(held.begin(), held.end());
  for (const HandedOn& back : writing.handed_on) {
    const auto found = std::ranges::find(left, back.item_id, &Item::id);
    if (found == left.end()) return error::ItemNotHeld(back.item_id);
    if (!back.text.empty()) found->text = Masked(back.text);
    PutBack(*found, shift, policy, now);
    Touch(*found, now);
    written.push_back(std::move(*found));
    left.erase(found);
  }
  if (!left.empty()) return error::ItemsNotHandedOn(IdsOf(left));
  return written;
}

absl::StatusOr<Item> Accept(const Item& item, const DutyShift& shift, const Policy& policy,
                            absl::Time now) {
  if (item.team_id != shift.team_id) return error::NotOnDuty(shift.agent_id, item.team_id);
  if (item.state != ItemState::kWaiting) {
    return error::ItemNotWaiting(item.id, NameOf(item.state), item.holder_agent_id);
  }
  if (item.from_shift_id == shift.id) return error::OwnHandover(item.id);
  Item taken = item;
  taken.state = ItemState::kAccepted;
  taken.holder_agent_id = shift.agent_id;
  taken.holder_shift_id = shift.id;
  taken.level = Level::kShift;
  taken.escalates = std::max(shift.scheduled_end, now) + MinutesTo(Level::kTeamLead, policy);
  Touch(taken, now);
  return taken;
}

absl::StatusOr<Item> Resolve(const Item& item, const DutyShift& shift, std::string_view resolution,
                             absl::Time now) {
  if (!Holds(shift, item)) return error::ItemNotHeld(item.id);
  Item done = item;
  done.state = ItemState::kDone;
  done.escalates = absl::InfiniteFuture();
  done.resolution = Masked(resolution);
  Touch(done, now);
  return done;
}

absl::Time EscalationTime(const Item& item, const Policy& policy) {
  if (item.state != ItemState::kWaiting || item.level >= Level::kManager) {
    return absl::InfiniteFuture();
  }
  const absl::Time by_policy = item.waiting_since + MinutesTo(Above(item.level), policy);
  if (item.level != Level::kShift) return by_policy;
  return std::min(by_policy, std::max(item.due, item.waiting_since));
}

std::optional<Item> Escalate(const Item& item, const Policy& policy, absl::Time now) {
  if (item.state == ItemState::kDone || item.escalates > now) return std::nullopt;
  Item up = item;
  // The stored time decides about the first level: it was told when the item was put there.
  do {
    up.level = Above(up.level);
    up.escalates = item.state == ItemState::kWaiting ? EscalationTime(up, policy)
                                                     : HeldEscalationTime(up, policy);
  } while (up.escalates <= now);
  Touch(up, now);
  return up;
}

}  // namespace kefu::staffing::handover
