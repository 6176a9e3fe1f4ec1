// Keys, checks and the typed view of the loaded values. Loading itself is in load.cc.
#include "common/config/config.h"

#include <cstdio>
#include <cstdlib>

#include "fmt/format.h"

extern char** environ;

namespace kefu::config {
namespace {

[[noreturn]] void Die(const std::string& text) {
  std::fprintf(stderr, "kefu config: %s\n", text.c_str());
  std::abort();
}

bool ParsePort(std::string_view text, int& port) {
  if (text.empty() || text.size() > 5) return false;
  port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + (c - '0');
  }
  return port <= 65535;
}

std::string TomlString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string HostPort::ToString() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

bool HostPort::IsLoopback() const {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

absl::StatusOr<HostPort> ParseHostPort(std::string_view text, std::optional<int> default_port) {
  HostPort result;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) {
      return absl::InvalidArgumentError(fmt::format("\"{}\" lacks a closing bracket", text));
    }
    result.host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    has_port = rest.starts_with(':');
    if (!rest.empty() && !has_port) {
      return absl::InvalidArgumentError(fmt::format("\"{}\" is not host:port", text));
    }
    if (has_port) port = rest.substr(1);
  } else {
    const size_t colon = text.rfind(':');
    has_port = colon != std::string_view::npos;
    result.host = text.substr(0, colon);
    if (has_port) port = text.substr(colon + 1);
    if (result.host.find(':') != std::string::npos) {
      return absl::InvalidArgumentError(
          fmt::format("\"{}\" is not host:port; write an IPv6 address in brackets", text));
    }
  }
  if (result.host.empty() || result.host.find_first_of(" \t/,") != std::string::npos) {
    return absl::InvalidArgumentError(fmt::format("\"{}\" is not host:port", text));
  }
  if (has_port) {
    if (!ParsePort(port, result.port)) {
      return absl::InvalidArgumentError(
          fmt::format("\"{}\" has no port from 0 to 65535 after the colon", text));
    }
  } else if (default_port) {
    result.port = *default_port;
  } else {
    return absl::InvalidArgumentError(fmt::format("\"{}\" lacks a port (host:port)", text));
  }
  return result;
}

Key::Key(Kind kind, std::string name, std::string help)
    : kind_(kind), name_(std::move(name)), help_(std::move(help)) {}

Key Key::String(std::string name, std::string help) {
  return Key(Kind::kString, std::move(name), std::move(help));
}
Key Key::Int(std::string name, std::string help) {
  return Key(Kind::kInt, std::move(name), std::move(help));
}
Key Key::Duration(std::string name, std::string help) {
  return Key(Kind::kDuration, std::move(name), std::move(help));
}
Key Key::Bool(std::string name, std::string help) {
  Key key(Kind::kBool, std::move(name), std::move(help));
  key.default_ = "false";
  return key;
}
Key Key::List(std::string name, std::string help) {
  return Key(Kind::kList, std::move(name), std::move(help));
}
Key Key::Address(std::string name, std::string help) {
  return Key(Kind::kAddress, std::move(name), std::move(help));
}
Key Key::Addresses(std::string name, std::string help) {
  return Key(Kind::kAddresses, std::move(name), std::move(help));
}
Key Key::Path(std::string name, std::string help) {
  return Key(Kind::kPath, std::move(name), std::move(help));
}
Key Key::SecretFile(std::string name, std::string help) {
  if (!name.ends_with("_file")) Die(fmt::format("secret key {} must end in _file", name));
  return Key(Kind::kSecretFile, std::move(name), std::move(help));
}

Key& Key::Default(std::string text) {
  default_ = std::move(text);
  return *this;
}
Key& Key::Required() {
  required_ = true;
  return *this;
}
Key& Key::OneOf(std::vector<std::string> choices) {
  choices_ = std::move(choices);
  return *this;
}
Key& Key::Range(int64_t min, int64_t max) {
  int_range_.emplace(min, max);
  return *this;
}
Key& Key::Range(absl::Duration min, absl::Duration max) {
  duration_range_.emplace(min, max);
  return *this;
}
Key& Key::DefaultPort(int port) {
  default_port_ = port;
  return *this;
}
Key& Key::MustExist() {
  must_exist_ = true;
  return *this;
}

std::string Key::flag() const {
  std::string flag = "--";
  for (const char c : name_) flag += c == '.' || c == '_' ? '-' : c;
  return flag;
}

std::string Key::variable() const {
  std::string variable = "KEFU_";
  for (const char c : name_) {
    variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

Spec::Spec(std::string program, std::string summary, std::string version)
    : program_(std::move(program)), summary_(std::move(summary)), version_(std::move(version)) {}

Spec& Spec::Add(Key key) {
  if (key.name_.empty() ||
      key.name_.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._") != std::string::npos) {
    Die(fmt::format("\"{}\" is not a key name", key.name_));
  }
  for (const char* reserved : {"--help", "--version", "--config", "--print-config"}) {
    if (key.flag() == reserved) Die(fmt::format("key {} is reserved", key.name_));
  }
  for (const Key& other : keys_) {
    if (other.flag() == key.flag()) {
      Die(fmt::format("keys {} and {} share the flag {}", other.name_, key.name_, key.flag()));
    }
  }
  keys_.push_back(std::move(key));
  return *this;
}

Spec& Spec::Check(std::function<void(const Values&, Problems&)> check) {
  checks_.push_back(std::move(check));
  return *this;
}

Spec& Spec::OverrideDefault(std::string_view name, std::string text) {
  for (Key& key : keys_) {
    if (key.name_ == name) {
      key.default_ = std::move(text);
      return *this;
    }
  }
  Die(fmt::format("key {} is not declared", name));
}

const Key* Spec::Find(std::string_view name) const {
  for (const Key& key : keys_) {
    if (key.name_ == name) return &key;
  }
  return nullptr;
}

void Problems::Add(std::initializer_list<std::string_view> keys, std::string_view text) {
  std::string subject;
  for (const std::string_view key : keys) {
    const auto it = values_.values_.find(key);
    if (it == values_.values_.end()) Die(fmt::format("key {} is not declared", key));
    if (it->second.malformed) return;
    subject += fmt::format("{}{} ({})", subject.empty() ? "" : ", ", key, it->second.source);
  }
  texts_.push_back(fmt::format("{}: {}", subject, text));
}

const Values::Value& Values::Get(std::string_view key, std::initializer_list<Kind> kinds) const {
  const auto it = values_.find(key);
  if (it == values_.end()) Die(fmt::format("key {} is not declared", key));
  if (kinds.size() == 0) return it->second;
  for (const Kind kind : kinds) {
    if (kind == it->second.kind) return it->second;
  }
  Die(fmt::format("key {} is of another kind", key));
}

bool Values::Has(std::string_view key) const { return Get(key, {}).set; }
const std::string& Values::Str(std::string_view key) const {
  return Get(key, {Kind::kString}).text;
}
int64_t Values::Int(std::string_view key) const { return Get(key, {Kind::kInt}).number; }
absl::Duration Values::Duration(std::string_view key) const {
  return Get(key, {Kind::kDuration}).duration;
}
bool Values::Bool(std::string_view key) const { return Get(key, {Kind::kBool}).flag; }
const std::vector<std::string>& Values::List(std::string_view key) const {
  return Get(key, {Kind::kList}).list;
}
const HostPort& Values::Address(std::string_view key) const {
  static const HostPort kNone;
  const Value& value = Get(key, {Kind::kAddress});
  return value.addresses.empty() ? kNone : value.addresses.front();
}
const std::vector<HostPort>& Values::Addresses(std::string_view key) const {
  return Get(key, {Kind::kAddresses}).addresses;
}
const std::string& Values::Path(std::string_view key) const {
  return Get(key, {Kind::kPath, Kind::kSecretFile}).text;
}
const std::string& Values::Secret(std::string_view key) const {
  return Get(key, {Kind::kSecretFile}).secret;
}
const std::string& Values::SourceOf(std::string_view key) const { return Get(key, {}).source; }

std::string Values::Describe() const {
  std::string out;
  for (const auto& [name, value] : values_) {
    if (!value.set) {
      out += fmt::format("# {} is not set\n", name);
      continue;
    }
    std::string text;
    switch (value.kind) {
      case Kind::kInt:
        text = fmt::format("{}", value.number);
        break;
      case Kind::kBool:
        text = value.flag ? "true" : "false";
        break;
      case Kind::kList:
      case Kind::kAddresses:
        for (const std::string& item : value.list) {
          text += (text.empty() ? "" : ", ") + TomlString(item);
        }
        text = "[" + text + "]";
        break;
      default:
        text = TomlString(value.text);
    }
    out += fmt::format("{} = {}  # {}\n", name, text, value.source);
  }
  return out;
}

Environment ProcessEnvironment() {
  Environment result;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string_view::npos) {
      result.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return result;
}

}  // namespace kefu::config
