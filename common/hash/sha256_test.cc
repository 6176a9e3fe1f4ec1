#include "common/hash/sha256.h"

#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

namespace kefu {
namespace {

// FIPS 180-2, appendix B.1.
TEST(Sha256, KnownAnswer) {
  EXPECT_EQ(Hex(Sha256({"abc"})),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256({"a", "bc"}), Sha256({"abc"}));
}

TEST(SerializeDeterministically, TheOrderOfAMapDoesNotMatter) {
  google::protobuf::Struct forward, backward;
  for (int i = 0; i < 50; ++i) {
    (*forward.mutable_fields())[std::to_string(i)].set_number_value(i);
    (*backward.mutable_fields())[std::to_string(49 - i)].set_number_value(49 - i);
  }
  EXPECT_EQ(SerializeDeterministically(forward), SerializeDeterministically(backward));
}

}  // namespace
}  // namespace kefu
