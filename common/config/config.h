// Declares a program's configuration keys once and loads them from four places.
//
// A key is named "db.pool_size"; it is set by the flag --db-pool-size, else the variable
// KEFU_DB_POOL_SIZE, else `pool_size` in the table [db] of the TOML file given by --config (or
// KEFU_CONFIG), else its default. Unknown flags, unknown KEFU_* variables (KEFU_TEST_* and
// KEFU_DEV_* excepted) and unknown file keys are refused with the nearest known name. Load reports
// every problem at once, each with its source. Secrets come from files only (Key::SecretFile): the
// path is configuration, the content is read once and never printed.
//
// Every program also knows --help, --version, --print-config and --config.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace kefu::config {

enum class Kind {
  kString,
  kInt,
  kDuration,    // "250ms", "5s", "1h30m"
  kBool,        // true/false, yes/no, on/off, 1/0; the bare flag means true
  kList,        // comma-separated text, or an array in the file
  kAddress,     // host:port, [v6]:port
  kAddresses,   // list of host:port
  kPath,        // a path; not opened here unless MustExist
  kSecretFile,  // path of a file whose trimmed content is the secret
};

struct HostPort {
  std::string host;  // IPv6 without brackets
  int port = 0;
  // "host:port", brackets around IPv6.
  std::string ToString() const;
  // True for localhost, 127.0.0.0/8 and ::1.
  bool IsLoopback() const;
  bool operator==(const HostPort&) const = default;
};

// Parses "host:port" or "[v6]:port"; INVALID_ARGUMENT otherwise. `default_port` applies when no
// port is given.
absl::StatusOr<HostPort> ParseHostPort(std::string_view text,
                                       std::optional<int> default_port = std::nullopt);

// The declaration of one key; built by the named constructors and the fluent setters.
class Key {
 public:
  static Key String(std::string name, std::string help);
  static Key Int(std::string name, std::string help);
  static Key Duration(std::string name, std::string help);
  static Key Bool(std::string name, std::string help);  // default false
  static Key List(std::string name, std::string help);
  static Key Address(std::string name, std::string help);
  static Key Addresses(std::string name, std::string help);
  static Key Path(std::string name, std::string help);
  static Key SecretFile(std::string name, std::string help);  // name must end in "_file"

  // The default, written as a flag's value would be. A key without default is optional and empty.
  Key& Default(std::string text);
  Key& Required();                                     // must be set somewhere
  Key& OneOf(std::vector<std::string> choices);        // kString, each item of kList
  Key& Range(int64_t min, int64_t max);                // kInt, inclusive
  Key& Range(absl::Duration min, absl::Duration max);  // kDuration, inclusive
  Key& DefaultPort(int port);                          // kAddress(es)
  Key& MustExist();                                    // kPath: the file or folder must exist

  const std::string& name() const { return name_; }
  Kind kind() const { return kind_; }
  std::string flag() const;      // "--db-pool-size"
  std::string variable() const;  // "KEFU_DB_POOL_SIZE"

 private:
  friend class Loader;
  friend class Spec;
  Key(Kind kind, std::string name, std::string help);

  Kind kind_;
  std::string name_;
  std::string help_;
  std::optional<std::string> default_;
  bool required_ = false;
  bool must_exist_ = false;
  std::vector<std::string> choices_;
  std::optional<std::pair<int64_t, int64_t>> int_range_;
  std::optional<std::pair<absl::Duration, absl::Duration>> duration_range_;
  std::optional<int> default_port_;
};

class Values;

// Collects the problems of a check over several keys. A problem about a key that is already known
// to be malformed is dropped: the first message is the useful one.
class Problems {
 public:
  // `keys` are named in the message together with the source of each value.
  void Add(std::initializer_list<std::string_view> keys, std::string_view text);

 private:
  friend class Loader;
  explicit Problems(const Values& values) : values_(values) {}
  const Values& values_;
  std::vector<std::string> texts_;
};

// The keys and checks of one program. Declaring a key twice, or two keys with one flag name,
// aborts.
class Spec {
 public:
  Spec(std::string program, std::string summary, std::string version);

  Spec& Add(Key key);
  // Runs on every load after the single keys were read; adds all problems that it finds.
  Spec& Check(std::function<void(const Values&, Problems&)> check);
  // Replaces the default of a key that was declared by shared code.
  Spec& OverrideDefault(std::string_view name, std::string text);

  const std::string& program() const { return program_; }
  std::string HelpText() const;

 private:
  friend class Loader;
  const Key* Find(std::string_view name) const;

  std::string program_, summary_, version_;
  std::vector<Key> keys_;
  std::vector<std::function<void(const Values&, Problems&)>> checks_;
};

// What the command line asked for.
enum class Action { kRun, kHelp, kVersion, kPrintConfig };

// The effective configuration: immutable, copyable. The getters abort on an undeclared key or on a
// getter of another kind (a bug in the program, never an input error).
class Values {
 public:
  Action action() const { return action_; }
  // The text to print on stdout for every action but kRun; ends with a newline, contains no secret.
  const std::string& action_text() const { return action_text_; }

  bool Has(std::string_view key) const;                 // set or defaulted to something not empty
  const std::string& Str(std::string_view key) const;   // kString
  int64_t Int(std::string_view key) const;              // kInt; 0 when empty
  absl::Duration Duration(std::string_view key) const;  // kDuration; zero when empty
  bool Bool(std::string_view key) const;                // kBool
  const std::vector<std::string>& List(std::string_view key) const;    // kList
  const HostPort& Address(std::string_view key) const;                 // kAddress
  const std::vector<HostPort>& Addresses(std::string_view key) const;  // kAddresses
  const std::string& Path(std::string_view key) const;  // kPath, kSecretFile: the path
  const std::string& Secret(
      std::string_view key) const;  // kSecretFile: the content, "" when not set

  // "flag --db-hosts", "variable KEFU_DB_HOSTS", "kefu.toml:3", "default" or "not set".
  const std::string& SourceOf(std::string_view key) const;
  // Things worth a warning in the log, such as a secret file that others may read.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // All keys with effective value and source, as TOML lines with comments; secrets by path only.
  std::string Describe() const;

 private:
  friend class Loader;
  friend class Problems;
  struct Value {
    Kind kind = Kind::kString;
    std::string source;
    bool set = false;        // not empty
    bool malformed = false;  // has its own problem already
    std::string text;        // canonical text; the path of a secret
    int64_t number = 0;
    absl::Duration duration;
    bool flag = false;
    std::vector<std::string> list;
    std::vector<HostPort> addresses;
    std::string secret;
  };
  const Value& Get(std::string_view key, std::initializer_list<Kind> kinds) const;

  Action action_ = Action::kRun;
  std::string action_text_;
  std::map<std::string, Value, std::less<>> values_;
  std::vector<std::string> warnings_;
};

using Environment = std::map<std::string, std::string>;
Environment ProcessEnvironment();

// Loads the configuration. INVALID_ARGUMENT whose message lists every problem, one a line. --help
// and
// --version win over problems. argv[0] is skipped.
absl::StatusOr<Values> Load(const Spec& spec, std::span<const char* const> argv,
                            const Environment& environment);
absl::StatusOr<Values> Load(const Spec& spec, int argc, const char* const* argv);

}  // namespace kefu::config
