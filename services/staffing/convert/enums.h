// Contract enums as staffing's own. The checks of all other fields are common/convert's and can be
// named here without their namespace.
#pragma once

#include <string_view>

#include "common/convert/fields.h"
#include "services/staffing/domain/enums.h"

namespace kefu::staffing::convert {

using namespace ::kefu::convert;  // NOLINT: the field checks that all services share
using ::kefu::convert::ToProto;   // beside the overloads of resources.h, which would hide it

// A contract enum as the domain's, whose values are the same; values unknown to this version are
// refused and answered as 0.
template <class E>
E OptionalEnum(int value, std::string_view field, FieldViolations& violations) {
  const int count = static_cast<int>(kEnumNames<E>.size());
  if (!violations.Check(value >= 0 && value < count, field, "is not a known value")) value = 0;
  return static_cast<E>(value);
}
// The same, not UNSPECIFIED.
template <class E>
E RequiredEnum(int value, std::string_view field, FieldViolations& violations) {
  violations.Check(value != 0, field, "must be set");
  return OptionalEnum<E>(value, field, violations);
}

}  // namespace kefu::staffing::convert
