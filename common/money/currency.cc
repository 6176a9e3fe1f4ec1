// The table of ISO 4217 (active codes of list one, without funds, metals and test codes).
#include <algorithm>
#include <array>

#include "common/money/money.h"
#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu {
namespace {

// Currencies whose minor unit has two decimals, sorted.
constexpr auto kTwoDecimals = std::to_array<std::string_view>(
    {"AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
     "BGN", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF",
     "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR",
     "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF",
     "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP",
     "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR",
     "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK",
     "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
     "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP",
     "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VED", "VES", "WST", "XCD", "YER",
     "ZAR", "ZMW", "ZWG"});
static_assert(std::is_sorted(kTwoDecimals.begin(), kTwoDecimals.end()));

constexpr auto kNoDecimals =
    std::to_array<std::string_view>({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                     "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"});
static_assert(std::is_sorted(kNoDecimals.begin(), kNoDecimals.end()));

constexpr auto kThreeDecimals =
    std::to_array<std::string_view>({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"});
static_assert(std::is_sorted(kThreeDecimals.begin(), kThreeDecimals.end()));

template <class Table>
bool Holds(const Table& table, std::string_view currency) {
  return std::binary_search(table.begin(), table.end(), currency);
}

// -1 when unknown.
int DigitsOf(std::string_view currency) {
  if (Holds(kTwoDecimals, currency)) return 2;
  if (Holds(kNoDecimals, currency)) return 0;
  if (Holds(kThreeDecimals, currency)) return 3;
  return -1;
}

}  // namespace

bool IsKnownCurrency(std::string_view currency) { return DigitsOf(currency) >= 0; }

absl::StatusOr<int> MinorDigits(std::string_view currency) {
  const int digits = DigitsOf(currency);
  if (digits < 0) {
    return InvalidArgument("CURRENCY_UNKNOWN", "currency_code",
                           fmt::format("\"{}\" is not an ISO 4217 currency", currency));
  }
  return digits;
}

}  // namespace kefu
