// kefuctl: imports, figures and lists, all through the gateway. Exit codes: 0 done, 2 bad input or
// usage or rows refused, 1 anything else.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "clients/kefuctl/bases/commands.h"
#include "clients/kefuctl/billing/commands.h"
#include "clients/kefuctl/cases/commands.h"
#include "clients/kefuctl/conduct/commands.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/demo/commands.h"
#include "clients/kefuctl/evidence/commands.h"
#include "clients/kefuctl/explain/commands.h"
#include "clients/kefuctl/help.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/insight/commands.h"
#include "clients/kefuctl/judgement/commands.h"
#include "clients/kefuctl/network/commands.h"
#include "clients/kefuctl/payroll/commands.h"
#include "clients/kefuctl/personnel/commands.h"
#include "clients/kefuctl/planning/commands.h"
#include "clients/kefuctl/processes/commands.h"
#include "clients/kefuctl/quality/commands.h"
#include "clients/kefuctl/reports/commands.h"
#include "clients/kefuctl/returns/commands.h"
#include "clients/kefuctl/rosters/commands.h"
#include "clients/kefuctl/screening/commands.h"
#include "clients/kefuctl/staffing/commands.h"
#include "clients/kefuctl/time/commands.h"
#include "clients/kefuctl/training/commands.h"
#include "clients/kefuctl/workplace/commands.h"

namespace {

using kefu::kefuctl::Context;
using kefu::kefuctl::Text;
using kefu::kefuctl::Tr;

constexpr int kDone = 0, kFailed = 1, kBadInput = 2;

// Help is built before options are parsed, so the language is looked for by hand: --lang, else the
// usual variables in their order.
kefu::kefuctl::Language ChooseLanguage(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("--lang=")) return kefu::kefuctl::LanguageOf(argument.substr(7));
    if (argument == "--lang" && i + 1 < argc) return kefu::kefuctl::LanguageOf(argv[i + 1]);
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return kefu::kefuctl::LanguageOf(value);
  }
  return kefu::kefuctl::Language::kEnglish;
}

void AddGlobalOptions(CLI::App& program, Context& context) {
  program.add_option("--gateway", context.gateway, Tr(Text::kHelpGateway))
      ->type_name("HOST:PORT")
      ->envname("KEFUCTL_GATEWAY")
      ->capture_default_str();
  program.add_option("--token-file", context.token_file, Tr(Text::kHelpTokenFile))
      ->type_name("FILE")
      ->envname("KEFUCTL_TOKEN_FILE");
  program.add_option("--lang", context.language, Tr(Text::kHelpLang))
      ->check(CLI::IsMember({"zh", "en"}));
  program.add_option("--format", context.format, Tr(Text::kHelpFormat))
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  program.add_flag("--no-progress", context.no_progress, Tr(Text::kHelpNoProgress));
}

int Report(const Context& context, const absl::Status& status) {
  if (status.ok()) return context.rows_refused ? kBadInput : kDone;
  const std::string words = kefu::kefuctl::Explained(status);
  // Several lines are a file's problems, each beginning with its place, as editors like it.
  const bool places = words.find('\n') != std::string::npos;
  context.Say(places ? words
                     : fmt::format("kefuctl: {}", words.empty() ? status.ToString() : words));
  if (absl::IsUnauthenticated(status)) context.Say(Tr(Text::kTokenHint));
  return absl::IsInvalidArgument(status) ? kBadInput : kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  kefu::kefuctl::SetLanguage(ChooseLanguage(argc, argv));
  Context context;
  context.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  context.err_is_terminal = isatty(STDERR_FILENO) == 1;

  CLI::App program(Tr(Text::kHelpProgram), "kefuctl");
  kefu::kefuctl::SpeakTheLanguage(program);
  program.footer(Tr(Text::kHelpFooter));
  program.set_help_flag("-h,--help", Tr(Text::kHelpHelp));
  program.set_version_flag("--version", KEFU_VERSION, Tr(Text::kHelpVersion));
  program.require_subcommand(1);
  program.fallthrough();  // global options also behind the command
  AddGlobalOptions(program, context);
  kefu::kefuctl::AddImportCommands(program, context);
  kefu::kefuctl::AddMetricsCommand(program, context);
  CLI::App& report =
      *program.add_subcommand("report", Tr(Text::kHelpReport))->require_subcommand(1);
  kefu::kefuctl::AddReportCommands(report, context);
  kefu::demo::AddDemoReport(report, context);
  kefu::reports::AddStoredReports(report, context);
  kefu::kefuctl::AddListCommands(program, context);
  kefu::cases::AddCaseCommands(*program.get_subcommand("cases"), context);
  kefu::demo::AddDemoCommands(program, context);
  kefu::evidence_files::AddEvidenceCommands(program, context);
  kefu::network::AddNetworkCommands(program, context);
  kefu::planning::AddPlanningCommands(program, context);
  kefu::billing::AddBillingCommands(program, context);
  kefu::payroll::AddPayrollCommands(program, context);
  kefu::insight::AddInsightCommands(program, context);
  kefu::judgement::AddJudgementCommands(program, context);
  kefu::explain::AddExplainCommands(program, context);
  kefu::quality::AddQualityCommands(program, context);
  kefu::rosters::AddRosterCommands(program, context);
  kefu::screening::AddScreeningCommands(program, context);
  kefu::workforce::AddStaffingCommands(program, context);
  kefu::people_time::AddTimeCommands(program, context);
  kefu::training::AddTrainingCommands(program, context);
  kefu::conduct::AddConductCommands(program, context);
  kefu::bases::AddBaseCommands(program, context);
  kefu::personnel::AddPersonnelCommands(program, context);
  kefu::workplace::AddWorkplaceCommands(program, context);
  kefu::returns::AddReturnCommands(program, context);
  kefu::processes::AddProcessCommands(program, context);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kBadInput;
  }
  const int code = Report(context, context.command());
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    context.Say(fmt::format("kefuctl: {}", Tr(Text::kCannotWrite, "stdout", std::strerror(errno))));
    return kFailed;
  }
  return code;
}
