#include "clients/kefuctl/help.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_replace.h"
#include "clients/kefuctl/i18n.h"

namespace kefu::kefuctl {
namespace {

// The words between those of ours.
class ChineseHelp final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    return absl::StrReplaceAll(
        CLI::Formatter::make_help(app, std::move(name), mode),
        {{"Usage:", "用法："},
         {"[OPTIONS]", "[选项]"},
         {"SUBCOMMAND", "命令"},
         {"Options:", "选项："},
         {"Subcommands:", "命令："},
         {"Positionals:", "参数："},
         {" REQUIRED", " 必填"},
         {"Excludes:", "不可同用："},
         {"Needs:", "须同用："},
         {"(Env:", "（环境变量："},
         {"[Option Group: scope]", "[范围]"},
         {"[Option Group: about]", "[对象]"},
         {"[Exactly 1 of the following options is required]", "[须且只能给出其中一项]"}});
  }
};

std::string_view Meaning(const std::string& kind) {
  constexpr std::pair<std::string_view, std::string_view> kMeanings[] = {
      {"RequiredError", "缺少必填项"},       {"ExtrasError", "有不认识的参数"},
      {"ValidationError", "取值不正确"},     {"ConversionError", "取值不正确"},
      {"ArgumentMismatch", "参数个数不对"},  {"ExcludesError", "有选项不能同时使用"},
      {"RequiresError", "有选项须同时使用"}, {"OptionNotFound", "没有这个选项"}};
  for (const auto& [name, meaning] : kMeanings) {
    if (name == kind) return meaning;
  }
  return "命令行不正确";
}

}  // namespace

void SpeakTheLanguage(CLI::App& program) {
  if (!Chinese()) return;
  program.formatter(std::make_shared<ChineseHelp>());
  program.failure_message([](const CLI::App*, const CLI::Error& error) {
    return fmt::format("kefuctl: {}（{}）\n加 --help 查看用法\n", Meaning(error.get_name()),
                       error.what());
  });
}

}  // namespace kefu::kefuctl
