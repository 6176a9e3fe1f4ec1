// What enums of returns and of what follows decisions are called in Chinese, by the values' names.
// For EnumLabel.
#pragma once

#include <map>
#include <string_view>

namespace kefu::kefuctl {

const std::map<std::string_view, std::string_view>& ChineseReturnNames();
const std::map<std::string_view, std::string_view>& ChineseProcessNames();

}  // namespace kefu::kefuctl
