#include "clients/kefuctl/source.h"

namespace kefu::kefuctl {

int ColumnOfField(FieldColumns columns, std::string_view field) {
  std::string name;
  bool index = false;
  for (const char c : field) {
    if (c == '[') index = true;
    if (!index) name.push_back(c);
    if (c == ']') index = false;
  }
  int best = -1;
  size_t length = 0;
  for (const auto& [known, column] : columns) {
    const bool fits =
        name == known || known.empty() || (name.starts_with(known) && name[known.size()] == '.');
    if (fits && (best < 0 || known.size() > length)) {
      best = column;
      length = known.size();
    }
  }
  return best;
}

}  // namespace kefu::kefuctl
