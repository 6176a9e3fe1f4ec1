// Small words that are not in texts.def: of commands with a folder of their own.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "clients/kefuctl/i18n.h"
#include "common/time/civil.h"

namespace kefu::kefuctl {

inline std::string In(std::string_view zh, std::string_view en) {
  return std::string(Chinese() ? zh : en);
}

// The first day of "2024-11". INVALID_ARGUMENT in the reader's language.
inline absl::StatusOr<absl::CivilDay> MonthNamed(const std::string& text) {
  const auto first = ParseDay(text + "-01");
  if (first.ok()) return *first;
  return absl::InvalidArgumentError(
      fmt::format(fmt::runtime(In("“{}”不是月份 YYYY-MM", "'{}' is no month, YYYY-MM")), text));
}

// "what [#####-----]  50%".
inline std::string Bar(std::string_view what, int64_t done, int64_t total) {
  constexpr int64_t kWidth = 30;
  const int64_t full = done * kWidth / std::max<int64_t>(total, 1);
  return fmt::format("{} [{}{}] {:3}%", what, std::string(full, '#'),
                     std::string(kWidth - full, '-'), done * 100 / std::max<int64_t>(total, 1));
}

}  // namespace kefu::kefuctl
