// The numbers that outbound work and counts follow.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace kefu::warehouse::domain {

// As shipped; kefu.warehouse.v1.OutboundPolicy says what each means. A tenant's versions replace it
// as a whole.
struct OutboundPolicy {
  int64_t version = 0;
  std::string staging_location = "STAGE";
  int max_wave_orders = 200;  // what one picker's round of carts holds
  int64_t max_wave_pieces = 5000;
  int weight_tolerance_bps = 300;
  int64_t weight_tolerance_grams = 30;  // a label and some tape
  int64_t recount_tolerance_pieces = 0;
  int recount_tolerance_bps = 50;
  int64_t recount_tolerance_value_minor = 10'000;
  int max_counts = 3;
  int min_remaining_days = 0;
  std::map<std::string, int> channel_days;  // min_remaining_days by channel
  int aisle_pitch_mm = 3000;
  int position_pitch_mm = 1000;
  int abc_days = 90;
  int abc_a_bps = 8000;
  int abc_b_bps = 9500;

  int MinDays(const std::string& channel) const {
    const auto own = channel_days.find(channel);
    return own == channel_days.end() ? min_remaining_days : own->second;
  }
};

}  // namespace kefu::warehouse::domain
