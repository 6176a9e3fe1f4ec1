#include "common/evidence/evidence.h"

#include <gtest/gtest.h>

#include <set>

namespace kefu::evidence {
namespace {

const std::string kDigest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(Evidence, AReferenceReadsAsItIsWritten) {
  std::set<std::string_view> extensions;
  for (const MediaType& type : MediaTypes()) {
    EXPECT_EQ(FindMediaType(type.name), &type);
    EXPECT_EQ(FindExtension(type.extension), &type);
    EXPECT_TRUE(extensions.insert(type.extension).second) << type.extension;
    const Reference written{"org:a", "..s", kDigest, &type};
    const auto read = ParseReference(written.Text());
    ASSERT_TRUE(read) << written.Text();
    EXPECT_EQ(read->org_id, "org:a");
    EXPECT_EQ(read->shop_id, "..s");
    EXPECT_EQ(read->sha256, kDigest);
    EXPECT_EQ(read->type, &type);
  }
  EXPECT_EQ(FindMediaType(" IMAGE/JPG ; q=1"), FindExtension("jpg"));
  for (const char* unknown : {"", "image", "image/svg+xml", "image/jpeg, text/plain"})
    EXPECT_EQ(FindMediaType(unknown), nullptr) << unknown;
}

TEST(Evidence, NothingElseIsAReference) {
  for (const std::string& text : {std::string(),
                                  std::string("/"),
                                  std::string("//"),
                                  "o/" + kDigest + ".jpg",
                                  "/s/" + kDigest + ".jpg",
                                  "o//" + kDigest + ".jpg",
                                  "./s/" + kDigest + ".jpg",
                                  "o/../" + kDigest + ".jpg",
                                  "o/s/" + kDigest,
                                  "o/s/" + kDigest + ".",
                                  "o/s/" + kDigest + "jpg",
                                  "o/s/" + kDigest + ".jpeg",
                                  "o/s/" + kDigest + ".jpg/",
                                  "o/s/" + kDigest + ".jpg\n",
                                  "o/s/x/" + kDigest + ".jpg",
                                  "o/s/0" + kDigest + ".jpg",
                                  "o/s/" + kDigest.substr(1) + ".jpg",
                                  "o/s/" + kDigest.substr(1) + "A.jpg",
                                  "o /s/" + kDigest + ".jpg",
                                  "o/s%2f/" + kDigest + ".jpg",
                                  std::string(65, 'o') + "/s/" + kDigest + ".jpg",
                                  "s3://o/s/" + kDigest + ".jpg"})
    EXPECT_FALSE(ParseReference(text)) << text;
  EXPECT_TRUE(ParseReference(std::string(64, 'o') + "/s/" + kDigest + ".jpg"));
}

}  // namespace
}  // namespace kefu::evidence
