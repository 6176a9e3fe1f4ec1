// SHA-256 by OpenSSL, for hashes of requests and of the event chain.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace kefu::events {

// 32 raw bytes over the parts, one after another.
std::string Sha256(std::initializer_list<std::string_view> parts);

// Lower-case hexadecimal digits.
std::string Hex(std::string_view bytes);

}  // namespace kefu::events
