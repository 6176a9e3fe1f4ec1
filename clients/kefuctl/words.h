// Small words that are not in texts.def: of commands with a folder of their own.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "clients/kefuctl/i18n.h"

namespace kefu::kefuctl {

inline std::string In(std::string_view zh, std::string_view en) {
  return std::string(CurrentLanguage() == Language::kChinese ? zh : en);
}

// "what [#####-----]  50%".
inline std::string Bar(std::string_view what, int64_t done, int64_t total) {
  constexpr int64_t kWidth = 30;
  const int64_t full = done * kWidth / std::max<int64_t>(total, 1);
  return fmt::format("{} [{}{}] {:3}%", what, std::string(full, '#'),
                     std::string(kWidth - full, '-'), done * 100 / std::max<int64_t>(total, 1));
}

}  // namespace kefu::kefuctl
