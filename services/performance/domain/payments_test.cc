#include "services/performance/domain/payments.h"

#include <gtest/gtest.h>

#include <vector>

namespace kefu::performance::domain {
namespace {

Payment Pay(int64_t time_us, int64_t amount_minor, bool deposit = false) {
  return {"p", "o", time_us, amount_minor, deposit};
}

TEST(PaidByTest, TheFirstThatIsNoDepositAndAllOfTheMoney) {
  struct Case {
    std::vector<Payment> payments;
    Paid paid;
  };
  for (const auto& [payments, paid] : std::vector<Case>{
           {{}, {}},
           {{Pay(5, 100)}, {5, 100}},
           {{Pay(5, 100), Pay(3, 20)}, {3, 120}},
           {{Pay(1, 50, true)}, {std::nullopt, 50}},
           {{Pay(1, 50, true), Pay(9, 250)}, {9, 300}},
           {{Pay(1, 50, true), Pay(9, 0)}, {std::nullopt, 50}},
           {{Pay(9, 0)}, {}},
           {{Pay(2, 10), Pay(1, 5, true), Pay(7, 1)}, {2, 16}},
       }) {
    EXPECT_EQ(PaidBy(payments), paid);
  }
}

}  // namespace
}  // namespace kefu::performance::domain
