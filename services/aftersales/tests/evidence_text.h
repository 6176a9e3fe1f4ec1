// Evidence as requests of tests carry it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fmt/format.h"

namespace kefu::aftersales {

// The field "evidence { … }": a photo that was brought to the gateway for that shop. The digit
// makes its hash.
inline std::string Photo(char digit, std::string_view shop = "org-a/shop-1", int64_t bytes = 10) {
  return fmt::format(R"(evidence {{ reference: "{0}/{1}.png" sha256: "{1}" size_bytes: {2}
                                   content_type: "image/png" }})",
                     shop, std::string(64, digit), bytes);
}

}  // namespace kefu::aftersales
