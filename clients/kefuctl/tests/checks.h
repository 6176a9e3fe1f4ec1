// What tests of groups of subcommands have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <string>

#include "clients/kefuctl/i18n.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kefu::kefuctl {

template <class Proto>
Proto Parse(const char* text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// That each value of the enums has a name in Chinese and one in English.
inline void ExpectNamesInBothLanguages(
    std::initializer_list<const google::protobuf::EnumDescriptor*> types) {
  for (const auto* type : types) {
    for (int i = 1; i < type->value_count(); ++i) {
      const int number = type->value(i)->number();
      const auto zh = EnumLabelIn(type, number, Language::kChinese);
      const auto en = EnumLabelIn(type, number, Language::kEnglish);
      EXPECT_NE(zh, en) << type->value(i)->name();
      EXPECT_FALSE(zh.empty() || en.empty()) << type->value(i)->name();
    }
  }
}

// Which command lines the program takes, and which it refuses.
inline void ExpectLines(CLI::App& program, std::initializer_list<const char*> taken,
                        std::initializer_list<const char*> refused) {
  for (const char* line : taken) {
    program.clear();
    EXPECT_NO_THROW(program.parse(std::string(line))) << line;
  }
  for (const char* line : refused) {
    program.clear();
    EXPECT_THROW(program.parse(std::string(line)), CLI::ParseError) << line;
  }
}

}  // namespace kefu::kefuctl
