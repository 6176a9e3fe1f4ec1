#include "services/aftersales/handlers/intake/contents.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/strings/str_split.h"
#include "common/hash/sha256.h"
#include "fmt/format.h"

namespace kefu::aftersales {
namespace {

constexpr size_t kDigits = 16;

// As it is stored: to the microsecond.
std::string MicrosOf(const google::protobuf::Timestamp& time) {
  return fmt::format("{}.{:06}", time.seconds(), time.nanos() / 1000);
}

class Collector {
 public:
  // `what` tells apart values of different things.
  void Add(std::string field, std::string_view what, std::string_view value) {
    const std::string hash = Hex(Sha256({what, "\n", value}));
    contents_.push_back({std::move(field), hash.substr(0, kDigits)});
  }
  void AddText(std::string_view name, std::string_view value) {
    if (!value.empty()) Add(fmt::format("case.{}", name), name, value);
  }
  void AddNumber(std::string_view name, int64_t value) {
    if (value != 0) AddText(name, fmt::format("{}", value));
  }
  template <class List, class ValueOf>
  void AddEach(std::string_view name, const List& list, ValueOf value_of) {
    for (int i = 0; i < list.size(); ++i) {
      Add(fmt::format("case.{}[{}]", name, i), name, value_of(list[i]));
    }
  }
  Contents Take() { return std::move(contents_); }

 private:
  Contents contents_;
};

void AddMatter(const v1::Case& record, Collector& said) {
  said.AddNumber("priority", record.priority());
  said.AddText("order_id", record.order_id());
  if (record.has_purchase_date()) {
    const auto& day = record.purchase_date();
    said.AddText("purchase_date", fmt::format("{}-{}-{}", day.year(), day.month(), day.day()));
  }
  said.AddText("waybill", record.waybill());
  said.AddText("customer_id", record.customer_id());
  said.AddEach("lines", record.lines(), [](const v1::CaseLine& line) {
    return fmt::format("{} {}", line.quantity(), line.sku());
  });
  // The order may have told the category where the line did not.
  for (int i = 0; i < record.lines_size(); ++i) {
    const v1::CaseLine& line = record.lines(i);
    if (line.category().empty()) continue;
    said.Add(fmt::format("case.lines[{}]", i), "category",
             fmt::format("{}\n{}", line.sku(), line.category()));
  }
  said.AddText("demand", record.demand());
  said.AddEach("promised_actions", record.promised_actions(),
               [](const std::string& promise) { return promise; });
}

}  // namespace

Contents ContentsOf(const v1::Case& record) {
  Collector said;
  said.AddNumber("kind", record.kind());
  said.AddNumber("channel", record.channel());
  AddMatter(record, said);
  said.AddText("problem", record.problem());
  said.AddEach("evidence", record.evidence(),
               [](const v1::Evidence& item) { return item.sha256(); });
  if (record.has_receive_time()) {
    said.AddText("receive_time", MicrosOf(record.receive_time()));
  }
  return said.Take();
}

Contents AboutTheCase(const v1::Case& reply) {
  Collector said;
  AddMatter(reply, said);
  return said.Take();
}

std::string DigestsOf(const Contents& contents) {
  std::string digests;
  for (const Said& each : contents) {
    if (!digests.empty()) digests += ' ';
    digests += each.digest;
  }
  return digests;
}

std::vector<std::string> FieldsNotIn(std::string_view digests, const Contents& said) {
  const std::set<std::string> known =
      absl::StrSplit(absl::string_view(digests.data(), digests.size()), ' ', absl::SkipEmpty());
  std::vector<std::string> fields;
  for (const Said& each : said) {
    if (known.contains(each.digest) || std::ranges::count(fields, each.field) > 0) continue;
    fields.push_back(each.field);
  }
  return fields;
}

}  // namespace kefu::aftersales
