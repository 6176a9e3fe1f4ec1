#include <cctype>

#include "common/db/migrator.h"

namespace kefu::db {
namespace {

// The end of the comment that starts at `at`, or `at` when none does.
size_t SkipComment(std::string_view sql, size_t at) {
  const std::string_view rest = sql.substr(at);
  const bool line = rest.front() == '#' ||
                    (rest.substr(0, 2) == "--" &&
                     (rest.size() == 2 || std::isspace(static_cast<unsigned char>(rest[2]))));
  const bool block = rest.substr(0, 2) == "/*";
  if (!line && !block) return at;
  const size_t end = line ? sql.find('\n', at) : sql.find("*/", at + 2);
  if (end == std::string_view::npos) return sql.size();
  return end + (line ? 1 : 2);
}

// The end of the quoted text that starts at `at`. Doubled quotes read as two texts side by side.
size_t SkipQuoted(std::string_view sql, size_t at) {
  const char quote = sql[at];
  for (size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] == '\\' && quote != '`') {
      ++i;
    } else if (sql[i] == quote) {
      return i + 1;
    }
  }
  return sql.size();
}

}  // namespace

std::vector<std::string> SplitStatements(std::string_view script) {
  std::vector<std::string> statements;
  std::string statement;
  bool blank = true;
  const auto finish = [&] {
    if (!blank) {
      const size_t last = statement.find_last_not_of(" \t\r\n");
      statements.push_back(statement.substr(0, last + 1));
    }
    statement.clear();
    blank = true;
  };
  for (size_t i = 0; i < script.size();) {
    const char c = script[i];
    if (c == ';') {
      finish();
      ++i;
    } else if (const size_t after = SkipComment(script, i); after != i) {
      if (!blank) statement += ' ';
      i = after;
    } else if (c == '\'' || c == '"' || c == '`') {
      const size_t end = SkipQuoted(script, i);
      statement += script.substr(i, end - i);
      blank = false;
      i = end;
    } else {
      const bool space = std::isspace(static_cast<unsigned char>(c));
      if (!blank || !space) statement += c;
      blank = blank && space;
      ++i;
    }
  }
  finish();
  return statements;
}

}  // namespace kefu::db
