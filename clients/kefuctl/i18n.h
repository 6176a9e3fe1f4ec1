// What people read, in Chinese or English, from one table (texts.def). The language is set once at
// the start, before anything is printed; after that everything here is read only and thread-safe.
#pragma once

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace kefu::kefuctl {

enum class Language { kChinese, kEnglish };

enum class Text {
#define KEFUCTL_TEXT(name, zh, en) name,
#include "clients/kefuctl/texts.def"
#undef KEFUCTL_TEXT
  kCount,
};

void SetLanguage(Language language);
Language CurrentLanguage();
inline bool Chinese() { return CurrentLanguage() == Language::kChinese; }
// Of "zh_CN.UTF-8", "zh", "en_US" and so on; English for everything else.
Language LanguageOf(std::string_view locale);

std::string_view TextIn(Text text, Language language);
std::string_view Pattern(Text text);

// The text in the current language; arguments take the places of its {}.
template <class... Args>
std::string Tr(Text text, const Args&... args) {
  return fmt::format(fmt::runtime(Pattern(text)), args...);
}

// What a service's reason means, in Chinese; "" where the current language is English, which
// services speak, and for reasons of newer servers.
std::string_view ReasonText(std::string_view reason);
// A service's words, in Chinese behind what their reason means: "报告期间尚未结束（the period …）".
std::string Explained(std::string_view reason, std::string_view words);
// The same of a call's status.
std::string Explained(const absl::Status& status);

// The name of an enum value, for people: "work order", "投诉工单"; "" for the unset value.
std::string EnumLabel(const google::protobuf::EnumDescriptor* type, int number);
std::string EnumLabelIn(const google::protobuf::EnumDescriptor* type, int number,
                        Language language);

}  // namespace kefu::kefuctl
