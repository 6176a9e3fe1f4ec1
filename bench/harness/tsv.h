// Values for LOAD DATA.
#pragma once

#include <string>
#include <string_view>

namespace kefu::bench {

// Appends a value with what separates values escaped.
void AppendTsv(std::string_view bytes, std::string& tsv);

}  // namespace kefu::bench
