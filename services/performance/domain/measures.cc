#include "services/performance/domain/measures.h"

#include "services/performance/domain/varint.h"

namespace kefu::performance::domain {

void Measures::Merge(const Measures& other) {
  for (size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
  response.Merge(other.response);
}

bool Measures::Subtract(const Measures& other) {
  for (size_t i = 0; i < values.size(); ++i) values[i] -= other.values[i];
  return response.Subtract(other.response);
}

std::string Measures::EncodeValues() const {
  size_t last = values.size();
  while (last > 0 && values[last - 1] == 0) --last;
  std::string out;
  for (size_t i = 0; i < last; ++i) PutSigned(out, values[i]);
  return out;
}

std::optional<Measures> Measures::Decode(std::string_view bytes, std::string_view histogram) {
  Measures result;
  for (size_t i = 0; !bytes.empty(); ++i) {
    const auto value = TakeSigned(bytes);
    if (!value || i >= result.values.size()) return std::nullopt;
    result.values[i] = *value;
  }
  auto response = Histogram::Decode(histogram);
  if (!response) return std::nullopt;
  result.response = *std::move(response);
  return result;
}

}  // namespace kefu::performance::domain
