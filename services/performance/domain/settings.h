// How a shop's facts are read.
#pragma once

#include <string>

namespace kefu::performance::domain {

struct Settings {
  std::string shop_id;
  std::string time_zone;
  std::string currency_code;
  std::string platform;
  std::string display_name;
  bool operator==(const Settings&) const = default;
};

}  // namespace kefu::performance::domain
