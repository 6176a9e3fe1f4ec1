// What a case says, thing by thing, so that what comes again under a number can be compared with
// what was sent before without keeping that. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kefu/aftersales/v1/resources.pb.h"

namespace kefu::aftersales {

// One thing that is said, such as the order or a line.
struct Said {
  std::string field;   // "case.order_id", "case.lines[1]"
  std::string digest;  // of what it is and its value: 16 hexadecimal digits
};
using Contents = std::vector<Said>;

// Everything but who works on the case; what is not said is not in it.
Contents ContentsOf(const v1::Case& record);
// Of that what a reply to a case says about the case itself: neither its own words, number, time
// and channel, nor the evidence that it brings.
Contents AboutTheCase(const v1::Case& reply);

// As they are kept.
std::string DigestsOf(const Contents& contents);
// Fields of `said` whose values are not among the digests that were kept, each once.
std::vector<std::string> FieldsNotIn(std::string_view digests, const Contents& said);

}  // namespace kefu::aftersales
