// Loading: flags by CLI11, environment, TOML file by toml++, then typing, ranges and checks.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>

#include "CLI/CLI.hpp"
// Header-only: the shared library would add a dependency for one parse at start.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#include "absl/strings/numbers.h"
#include "common/config/config.h"
#include "fmt/format.h"
#include "toml++/toml.h"

namespace kefu::config {
namespace {

// Far above any configuration or secret; a bound so that a device or a log file is not slurped.
constexpr size_t kMaxFileBytes = 1 << 20;

absl::StatusOr<std::string> ReadFile(const std::string& path, mode_t* mode) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::NotFoundError(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  struct stat info {};
  fstat(fd, &info);
  std::string content;
  char buffer[8192];
  ssize_t got = 0;
  while ((got = read(fd, buffer, sizeof buffer)) > 0 && content.size() <= kMaxFileBytes) {
    content.append(buffer, got);
  }
  const int error = errno;
  close(fd);
  if (got < 0) {
    return absl::UnavailableError(fmt::format("cannot read {}: {}", path, std::strerror(error)));
  }
  if (content.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(fmt::format("{} is larger than 1 MiB", path));
  }
  if (mode != nullptr) *mode = S_ISREG(info.st_mode) ? info.st_mode & 07777 : 0;
  return content;
}

std::string Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string item = Trim(text.substr(0, comma));
    if (!item.empty()) items.push_back(std::move(item));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return items;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// "; did you mean X?", or "" when nothing is near.
std::string Suggest(std::string_view name, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = &candidate;
    }
  }
  for (const std::string& candidate : known) {
    if (best == nullptr && candidate.starts_with(name)) best = &candidate;
  }
  return best == nullptr ? "" : fmt::format("; did you mean {}?", *best);
}

std::string_view TypeName(Kind kind) {
  switch (kind) {
    case Kind::kString:
      return "TEXT";
    case Kind::kInt:
      return "N";
    case Kind::kDuration:
      return "DURATION";
    case Kind::kBool:
      return "";
    case Kind::kList:
      return "A,B,…";
    case Kind::kAddress:
      return "HOST:PORT";
    case Kind::kAddresses:
      return "HOST:PORT,…";
    case Kind::kPath:
    case Kind::kSecretFile:
      return "PATH";
  }
  return "";
}

}  // namespace

class Loader {
 public:
  Loader(const Spec& spec, const Environment& environment)
      : spec_(spec), environment_(environment), app_(spec.summary_, spec.program_) {
    app_.allow_extras();
    app_.set_help_flag();
    app_.add_flag("-h,--help")->description("Print this help and exit")->group("General");
    app_.add_flag("--version")->description("Print the version and exit")->group("General");
    app_.add_flag("--print-config")
        ->description("Print the effective configuration with sources and exit")
        ->group("General");
    app_.add_option("--config")
        ->description("Configuration file (TOML)")
        ->type_name("PATH")
        ->group("General")
        ->take_all();
    for (const Key& key : spec.keys_) AddOption(key);
    app_.footer(
        "A flag wins over a variable (--db-hosts: KEFU_DB_HOSTS), that over the file of --config\n"
        "(hosts in the table [db]), that over the default.");
    app_.get_formatter()->column_width(38);
  }

  std::string HelpText() { return app_.help(); }

  absl::StatusOr<Values> Load(std::span<const char* const> argv) {
    ParseFlags(argv);
    if (app_["--help"]->count() > 0) {
      return Finished(Action::kHelp, HelpText());
    }
    if (app_["--version"]->count() > 0) {
      return Finished(Action::kVersion, fmt::format("{} {}\n", spec_.program_, spec_.version_));
    }
    ParseEnvironment();
    ParseFile();
    for (const Key& key : spec_.keys_) Resolve(key);
    Problems from_checks(values_);
    for (const auto& check : spec_.checks_) check(values_, from_checks);
    problems_.insert(problems_.end(), from_checks.texts_.begin(), from_checks.texts_.end());
    if (!problems_.empty()) {
      std::string text = fmt::format("{} problem{} in the configuration:", problems_.size(),
                                     problems_.size() == 1 ? "" : "s");
      for (const std::string& problem : problems_) text += "\n  " + problem;
      return absl::InvalidArgumentError(text);
    }
    if (app_["--print-config"]->count() > 0) {
      return Finished(Action::kPrintConfig, values_.Describe());
    }
    return std::move(values_);
  }

 private:
  // One value as found, before typing.
  struct Raw {
    std::string source;
    std::string text;
    std::optional<std::vector<std::string>> items;  // an array of the file
  };

  void AddOption(const Key& key) {
    const size_t dot = key.name_.find('.');
    const std::string group = dot == std::string::npos ? "General" : key.name_.substr(0, dot);
    std::string help = key.help_;
    if (!key.choices_.empty()) {
      std::string choices;
      for (const std::string& choice : key.choices_)
        choices += (choices.empty() ? "" : "|") + choice;
      help += " [" + choices + "]";
    }
    if (key.required_) help += " (required)";
    if (key.kind_ == Kind::kBool) {
      if (key.default_ == "true") help += fmt::format(" (default; {}=false ends it)", key.flag());
    } else if (key.default_ && !key.default_->empty()) {
      help += fmt::format(" (default {})", *key.default_);
    }
    if (key.kind_ == Kind::kBool) {
      app_.add_flag(key.flag())->description(help)->group(group)->take_all();
    } else {
      app_.add_option(key.flag())
          ->description(help)
          ->type_name(std::string(TypeName(key.kind_)))
          ->group(group)
          ->take_all();
    }
  }

  absl::StatusOr<Values> Finished(Action action, std::string text) {
    values_.action_ = action;
    values_.action_text_ = std::move(text);
    return std::move(values_);
  }

  void Report(std::string text) { problems_.push_back(std::move(text)); }

  std::vector<std::string> KnownFlags() const {
    std::vector<std::string> known = {"--help", "--version", "--config", "--print-config"};
    for (const Key& key : spec_.keys_) known.push_back(key.flag());
    return known;
  }

  // Takes out flags without a value, which CLI11 would answer with an exception for the first one.
  std::vector<std::string> TakeComplete(std::span<const char* const> argv) {
    std::vector<std::string> needs_value = {"--config"};
    for (const Key& key : spec_.keys_) {
      if (key.kind_ != Kind::kBool) needs_value.push_back(key.flag());
    }
    std::vector<std::string> kept;
    for (size_t i = 1; i < argv.size(); ++i) {
      const std::string_view argument = argv[i];
      const size_t equals = argument.find('=');
      const std::string flag(argument.substr(0, equals));
      if (std::find(needs_value.begin(), needs_value.end(), flag) == needs_value.end()) {
        kept.emplace_back(argument);
      } else if (equals != std::string_view::npos) {
        if (equals + 1 == argument.size()) {
          Report(fmt::format("flag {}: needs a value", flag));
        } else {
          kept.emplace_back(argument);
        }
      } else if (i + 1 == argv.size() || *argv[i + 1] == '\0' ||
                 std::string_view(argv[i + 1]).starts_with("--")) {
        Report(fmt::format("flag {}: needs a value", flag));
        if (i + 1 < argv.size() && *argv[i + 1] == '\0') ++i;
      } else {
        kept.emplace_back(argument);
        kept.emplace_back(argv[++i]);
      }
    }
    return kept;
  }

  void ParseFlags(std::span<const char* const> argv) {
    std::vector<std::string> arguments = TakeComplete(argv);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::Error& error) {
      Report(fmt::format("command line: {}", error.what()));
      return;
    }
    const std::vector<std::string> known = KnownFlags();
    bool after_unknown_flag = false;
    for (const std::string& extra : app_.remaining()) {
      if (extra.starts_with("-") && extra.size() > 1) {
        // Never the value: it may be a secret given the wrong way.
        const std::string name = extra.substr(0, extra.find('='));
        Report(fmt::format("flag {}: unknown{}", name, Suggest(name, known)));
        after_unknown_flag = name.size() == extra.size();
      } else if (!after_unknown_flag) {
        Report(fmt::format("argument \"{}\": unexpected; values follow their flag", extra));
      } else {
        after_unknown_flag = false;
      }
    }
    for (const Key& key : spec_.keys_) {
      const std::vector<std::string> given = app_[key.flag()]->results();
      if (given.size() > 1)
        Report(fmt::format("flag {}: given {} times", key.flag(), given.size()));
      if (!given.empty()) raw_[key.name_] = {fmt::format("flag {}", key.flag()), given.back(), {}};
    }
  }

  void ParseEnvironment() {
    std::vector<std::string> known = {"KEFU_CONFIG"};
    for (const Key& key : spec_.keys_) known.push_back(key.variable());
    for (const auto& [name, text] : environment_) {
      if (!name.starts_with("KEFU_") || name.starts_with("KEFU_TEST_") ||
          name.starts_with("KEFU_DEV_") || name == "KEFU_CONFIG") {
        continue;
      }
      const auto key = std::find_if(spec_.keys_.begin(), spec_.keys_.end(),
                                    [&](const Key& k) { return k.variable() == name; });
      if (key != spec_.keys_.end()) {
        if (text.empty()) continue;  // as compose files and shells write "not set"
        raw_.try_emplace(key->name_, Raw{fmt::format("variable {}", name), text, {}});
        continue;
      }
      const bool service_link =
          name.find("_SERVICE_") != std::string::npos || name.find("_PORT") != std::string::npos;
      Report(
          fmt::format("variable {}: unknown{}{}", name, Suggest(name, known),
                      service_link ? " (if Kubernetes sets it: enableServiceLinks: false)" : ""));
    }
  }

  void ParseFile() {
    const std::vector<std::string> flags = app_["--config"]->results();
    std::string path, source;
    if (!flags.empty()) {
      path = flags.back();
      source = "flag --config";
      if (flags.size() > 1) Report(fmt::format("flag --config: given {} times", flags.size()));
    } else if (const auto it = environment_.find("KEFU_CONFIG");
               it != environment_.end() && !it->second.empty()) {
      path = it->second;
      source = "variable KEFU_CONFIG";
    } else {
      return;
    }
    const absl::StatusOr<std::string> text = ReadFile(path, nullptr);
    if (!text.ok()) {
      Report(fmt::format("{}: {}", source, std::string(text.status().message())));
      return;
    }
    try {
      const toml::table root = toml::parse(std::string_view(*text), std::string_view(path));
      WalkTable(path, "", root);
    } catch (const toml::parse_error& error) {
      Report(fmt::format("{}:{}: {}", path, error.source().begin.line,
                         std::string(error.description())));
    }
  }

  void WalkTable(const std::string& path, const std::string& prefix, const toml::table& table) {
    std::vector<std::string> known;
    for (const Key& key : spec_.keys_) known.push_back(key.name_);
    for (const auto& [toml_key, node] : table) {
      const std::string name = prefix + std::string(toml_key.str());
      const std::string where = fmt::format("{}:{}", path, toml_key.source().begin.line);
      const Key* key = spec_.Find(name);
      if (key != nullptr) {
        TakeNode(*key, where, node);
        continue;
      }
      const bool is_section = std::any_of(known.begin(), known.end(), [&](const std::string& k) {
        return k.starts_with(name + ".");
      });
      if (is_section && node.is_table()) {
        WalkTable(path, name + ".", *node.as_table());
      } else {
        Report(fmt::format("{}: unknown {} {}{}", where, node.is_table() ? "section" : "key", name,
                           Suggest(name, known)));
      }
    }
  }

  void TakeNode(const Key& key, const std::string& where, const toml::node& node) {
    Raw raw{where, "", {}};
    if (const auto* text = node.as_string()) {
      raw.text = text->get();
    } else if (const auto* number = node.as_integer()) {
      raw.text = std::to_string(number->get());
    } else if (const auto* flag = node.as_boolean()) {
      raw.text = flag->get() ? "true" : "false";
    } else if (const auto* array = node.as_array();
               array != nullptr && (key.kind_ == Kind::kList || key.kind_ == Kind::kAddresses)) {
      raw.items.emplace();
      for (const toml::node& item : *array) {
        if (!item.is_string()) {
          Report(fmt::format("{}: {} takes an array of strings", where, key.name_));
          malformed_.push_back(key.name_);
          return;
        }
        raw.items->push_back(item.as_string()->get());
      }
    } else {
      Report(fmt::format("{}: {} takes a {}", where, key.name_,
                         key.kind_ == Kind::kInt ? "whole number" : "string"));
      malformed_.push_back(key.name_);
      return;
    }
    raw_.try_emplace(key.name_, std::move(raw));
  }

  void Resolve(const Key& key) {
    Values::Value& value = values_.values_[key.name_];
    value.kind = key.kind_;
    value.source = key.default_ ? "default" : "not set";
    const auto found = raw_.find(key.name_);
    Raw raw;
    if (found != raw_.end()) {
      raw = found->second;
      value.source = raw.source;
    } else if (key.default_) {
      raw = {"default", *key.default_, {}};
    }
    value.malformed =
        std::find(malformed_.begin(), malformed_.end(), key.name_) != malformed_.end();
    if (raw.text.empty() && !raw.items) {
      if (key.required_ && !value.malformed) {
        Report(fmt::format("{} is required: set {}, {} or {} in the file", key.name_, key.flag(),
                           key.variable(), key.name_));
        value.malformed = true;
      }
      return;
    }
    const std::string problem = Assign(key, raw, value);
    if (!problem.empty()) {
      // A file's line does not name the key by itself.
      const bool name_it = found != raw_.end() && raw.source.find(' ') == std::string::npos;
      Report(fmt::format("{}: {}{}", raw.source,
                         name_it || found == raw_.end() ? key.name_ + ": " : "", problem));
      value.malformed = true;
    }
  }

  // Types `raw` into `value`; returns the problem, "" when there is none.
  std::string Assign(const Key& key, const Raw& raw, Values::Value& value) {
    value.set = true;
    value.text = raw.text;
    switch (key.kind_) {
      case Kind::kString:
        return OutsideChoices(key, raw.text);
      case Kind::kInt:
        return AssignInt(key, raw.text, value);
      case Kind::kDuration:
        return AssignDuration(key, raw.text, value);
      case Kind::kBool:
        return AssignBool(raw.text, value);
      case Kind::kList:
        value.list = raw.items ? *raw.items : SplitList(raw.text);
        value.set = !value.list.empty();
        for (const std::string& item : value.list) {
          if (std::string problem = OutsideChoices(key, item); !problem.empty()) return problem;
        }
        return "";
      case Kind::kAddress:
        return AssignAddresses(key, {raw.text}, value);
      case Kind::kAddresses:
        return AssignAddresses(key, raw.items ? *raw.items : SplitList(raw.text), value);
      case Kind::kPath: {
        struct stat info {};
        if (key.must_exist_ && stat(raw.text.c_str(), &info) != 0) {
          return fmt::format("{}: {}", raw.text, std::strerror(errno));
        }
        return "";
      }
      case Kind::kSecretFile:
        return AssignSecret(raw, value);
    }
    return "";
  }

  static std::string OutsideChoices(const Key& key, const std::string& text) {
    if (key.choices_.empty() ||
        std::find(key.choices_.begin(), key.choices_.end(), text) != key.choices_.end()) {
      return "";
    }
    return fmt::format("\"{}\" is not one of {}", text, fmt::join(key.choices_, ", "));
  }

  static std::string AssignInt(const Key& key, const std::string& text, Values::Value& value) {
    const bool parsed = absl::SimpleAtoi(text, &value.number);
    if (parsed && (!key.int_range_ || (value.number >= key.int_range_->first &&
                                       value.number <= key.int_range_->second))) {
      return "";
    }
    value.number = 0;
    return key.int_range_ ? fmt::format("\"{}\" is not a whole number from {} to {}", text,
                                        key.int_range_->first, key.int_range_->second)
                          : fmt::format("\"{}\" is not a whole number", text);
  }

  static std::string AssignDuration(const Key& key, const std::string& text, Values::Value& value) {
    const bool parsed = absl::ParseDuration(text, &value.duration);
    if (parsed && (!key.duration_range_ || (value.duration >= key.duration_range_->first &&
                                            value.duration <= key.duration_range_->second))) {
      return "";
    }
    value.duration = absl::ZeroDuration();
    return key.duration_range_
               ? fmt::format("\"{}\" is not a duration from {} to {}, such as 250ms or 1m30s", text,
                             absl::FormatDuration(key.duration_range_->first),
                             absl::FormatDuration(key.duration_range_->second))
               : fmt::format("\"{}\" is not a duration, such as 250ms or 1m30s", text);
  }

  static std::string AssignBool(const std::string& text, Values::Value& value) {
    for (const char* yes : {"true", "yes", "on", "1"}) value.flag = value.flag || text == yes;
    if (value.flag) return "";
    for (const char* no : {"false", "no", "off", "0"}) {
      if (text == no) return "";
    }
    return fmt::format("\"{}\" is neither true nor false", text);
  }

  static std::string AssignAddresses(const Key& key, const std::vector<std::string>& items,
                                     Values::Value& value) {
    value.set = !items.empty();
    for (const std::string& item : items) {
      absl::StatusOr<HostPort> address = ParseHostPort(item, key.default_port_);
      if (!address.ok()) return std::string(address.status().message());
      value.list.push_back(address->ToString());
      value.addresses.push_back(*std::move(address));
    }
    return "";
  }

  std::string AssignSecret(const Raw& raw, Values::Value& value) {
    mode_t mode = 0;
    const absl::StatusOr<std::string> content = ReadFile(raw.text, &mode);
    if (!content.ok()) return std::string(content.status().message());
    value.secret = Trim(*content);
    if (value.secret.empty()) return fmt::format("{} is empty", raw.text);
    if ((mode & 0077) != 0) {
      values_.warnings_.push_back(
          fmt::format("secret file {} may be read by other users (mode {:04o}); use chmod 600",
                      raw.text, static_cast<unsigned>(mode)));
    }
    return "";
  }

  const Spec& spec_;
  const Environment& environment_;
  CLI::App app_;
  std::map<std::string, Raw> raw_;  // the winning source of each key
  std::vector<std::string> malformed_;
  std::vector<std::string> problems_;
  Values values_;
};

std::string Spec::HelpText() const {
  const Environment none;
  return Loader(*this, none).HelpText();
}

absl::StatusOr<Values> Load(const Spec& spec, std::span<const char* const> argv,
                            const Environment& environment) {
  return Loader(spec, environment).Load(argv);
}

absl::StatusOr<Values> Load(const Spec& spec, int argc, const char* const* argv) {
  const Environment environment = ProcessEnvironment();
  return Load(spec, std::span(argv, static_cast<size_t>(argc)), environment);
}

}  // namespace kefu::config
