// SHA-256 by OpenSSL, and the bytes of a message that are worth hashing.
#pragma once

#include <google/protobuf/message.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace kefu {

// 32 raw bytes over the parts, one after another.
std::string Sha256(std::initializer_list<std::string_view> parts);

// The same bytes for equal messages: maps are ordered. (Within one version of protobuf and of the
// message.)
std::string SerializeDeterministically(const google::protobuf::Message& message);

// Lower-case hexadecimal digits.
std::string Hex(std::string_view bytes);

}  // namespace kefu
