// Files and sources for the tests of kefuctl.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "clients/kefuctl/row_errors.h"
#include "clients/kefuctl/source.h"
#include "common/testing/temp_folder.h"

namespace kefu::kefuctl {

// A folder of the test's own, gone with it.
class TestFolder : public testing::TempFolder {
 public:
  TestFolder() : TempFolder("kefuctl-test") {}

  // The message without the folder.
  std::string Short(std::string text) const {
    for (size_t at; (at = text.find(path() + "/")) != std::string::npos;)
      text.erase(at, path().size() + 1);
    return text;
  }
};

// Collects what is refused.
struct Refusals {
  explicit Refusals(const TestFolder& folder) : folder(folder) {}
  const TestFolder& folder;
  std::vector<std::string> lines;
  RowErrors errors{[this](const std::string& line) { lines.push_back(folder.Short(line)); }, -1};
};

// All good facts of a source.
template <class Proto>
std::vector<Proto> ReadAll(FactSource<Proto>& source, RowErrors& errors) {
  std::vector<Proto> facts;
  for (;;) {
    auto fact = source.Next(errors);
    EXPECT_TRUE(fact.ok()) << fact.status();
    if (!fact.ok() || !*fact) return facts;
    facts.push_back(**std::move(fact));
  }
}

}  // namespace kefu::kefuctl
