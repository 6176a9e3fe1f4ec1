#include "bench/harness/tsv.h"

namespace kefu::bench {

void AppendTsv(std::string_view bytes, std::string& tsv) {
  for (const char c : bytes) {
    switch (c) {
      case '\0':
        tsv += "\\0";
        break;
      case '\t':
        tsv += "\\t";
        break;
      case '\n':
        tsv += "\\n";
        break;
      case '\\':
        tsv += "\\\\";
        break;
      default:
        tsv += c;
    }
  }
}

}  // namespace kefu::bench
