#include "services/performance/handlers/facts/days_in_hand.h"

namespace kefu::performance {

struct DaysInHand::State {
  explicit State(size_t most) : most_bytes(most) {}

  const size_t most_bytes;
  std::mutex mutex;
  std::set<Hold::Key> days;
  size_t bytes = 0;
  std::map<std::string, size_t> bytes_of_org;
};

DaysInHand::DaysInHand(size_t most_bytes) : state_(std::make_shared<State>(most_bytes)) {}

std::optional<DaysInHand::Hold> DaysInHand::Begin(const store::Scope& scope, v1::FactKind kind) {
  const Hold::Key key{scope, kind};
  const std::lock_guard lock(state_->mutex);
  if (!state_->days.insert(key).second) return std::nullopt;
  return Hold(state_, key);
}

bool DaysInHand::Hold::Take(size_t bytes) {
  const std::lock_guard lock(state_->mutex);
  size_t& of_org = state_->bytes_of_org[std::get<0>(key_).org_id];
  if (state_->bytes + bytes > state_->most_bytes || of_org + bytes > state_->most_bytes / 3 * 2)
    return false;
  state_->bytes += bytes;
  of_org += bytes;
  bytes_ += bytes;
  return true;
}

void DaysInHand::Hold::Release() {
  if (state_ == nullptr) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->days.erase(key_);
    state_->bytes -= bytes_;
    const auto of_org = state_->bytes_of_org.find(std::get<0>(key_).org_id);
    if (of_org != state_->bytes_of_org.end() && (of_org->second -= bytes_) == 0)
      state_->bytes_of_org.erase(of_org);
  }
  state_.reset();
}

}  // namespace kefu::performance
