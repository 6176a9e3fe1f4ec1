#include "common/enums/enum_names.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace kefu {
namespace elsewhere {
enum class Colour : uint8_t { kUnspecified, kRed, kGreen };
KEFU_ENUM_NAMES(Colour, "UNSPECIFIED", "RED", "GREEN")
}  // namespace elsewhere

namespace {

using elsewhere::Colour;

TEST(EnumNames, GoesBothWays) {
  static_assert(NameOf(Colour::kGreen) == "GREEN");
  for (const Colour colour : {Colour::kUnspecified, Colour::kRed, Colour::kGreen}) {
    EXPECT_EQ(ParseName<Colour>(NameOf(colour)), colour);
  }
}

TEST(EnumNames, UnknownNamesAreNothing) {
  EXPECT_EQ(ParseName<Colour>("BLUE"), std::nullopt);
  EXPECT_EQ(ParseName<Colour>(""), std::nullopt);
  EXPECT_EQ(ParseName<Colour>("red"), std::nullopt);
}

}  // namespace
}  // namespace kefu
