// After-sales cases of every kind and every review result, in time, late and never answered.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "clients/kefuctl/demo/parts.h"

namespace kefu::demo {
namespace {

namespace after = kefu::aftersales::v1;

constexpr int64_t kMinute = 60, kHour = 3600, kDay = 86'400;

// How a case goes, one letter each:
//   A approved  R rejected  S reissue without return  F refund without return  O offline reissue
//   G waited for the customer, who then gave up      W still waits for the customer
//   B waited, the customer came back, approved       L first answer late, then approved
//   N nobody has answered                            P answered, not decided yet
struct KindSpec {
  after::CaseKind kind;
  after::CaseChannel channel;
  std::string_view courses;
  std::string_view problem, demand;
};
constexpr std::array kKinds = {
    KindSpec{after::CASE_KIND_RETURN, after::CASE_CHANNEL_CHAT, "AARGBWFALP",
             "收到的商品颜色与详情页不符，想退货", "退货退款，运费由商家承担"},
    KindSpec{after::CASE_KIND_EXCHANGE, after::CASE_CHANNEL_CHAT, "ASAWRGPL",
             "尺寸选小了，包装和吊牌都在", "换大一号"},
    KindSpec{after::CASE_KIND_REFUND_ONLY, after::CASE_CHANNEL_CHAT, "FAFRLP",
             "外包装破损，商品有一角磕坏", "不退货，退一部分货款"},
    KindSpec{after::CASE_KIND_REISSUE, after::CASE_CHANNEL_TELEPHONE, "SOASPO",
             "开箱清点少了一件配件", "补发缺少的配件"},
    KindSpec{after::CASE_KIND_REPAIR, after::CASE_CHANNEL_TELEPHONE, "ABWRLN",
             "使用两周后不通电，没有摔过", "保修期内免费维修"},
    KindSpec{after::CASE_KIND_PLATFORM_WORK_ORDER, after::CASE_CHANNEL_WORK_ORDER, "AR",
             "平台工单：买家投诉商家拒绝履行七天无理由退货", "三小时内给出处理决定"},
    KindSpec{after::CASE_KIND_PLATFORM_EMAIL, after::CASE_CHANNEL_EMAIL, "AAARAAALNA",
             "平台邮件：请核实订单的发货与物流情况并书面答复", "按时限回复平台"},
    KindSpec{after::CASE_KIND_DISPUTE, after::CASE_CHANNEL_WORK_ORDER, "ARFGPN",
             "买家对拒绝退款的结果提出申诉，平台已介入", "平台裁定先行赔付"},
    KindSpec{after::CASE_KIND_LATE_SHIPMENT, after::CASE_CHANNEL_CHAT, "AAALGP",
             "超过承诺时间才发货", "按规则赔付，商品继续要"},
    KindSpec{after::CASE_KIND_FREIGHT_CLAIM, after::CASE_CHANNEL_CHAT, "AARA",
             "因质量问题退回，垫付了寄回运费", "退还垫付的运费"},
    KindSpec{after::CASE_KIND_SERVICE_COMPLAINT, after::CASE_CHANNEL_TELEPHONE, "AARLN",
             "咨询时客服长时间不回复，语气生硬", "道歉并说明处理结果"},
};

// Cases that come in while the demo is loaded: their clocks run, and work orders can be decided in
// time.
struct LiveSpec {
  after::CaseKind kind;
  char course;
};
constexpr std::array kLive = {LiveSpec{after::CASE_KIND_PLATFORM_WORK_ORDER, 'A'},
                              LiveSpec{after::CASE_KIND_PLATFORM_WORK_ORDER, 'R'},
                              LiveSpec{after::CASE_KIND_PLATFORM_WORK_ORDER, 'N'},
                              LiveSpec{after::CASE_KIND_PLATFORM_EMAIL, 'N'},
                              LiveSpec{after::CASE_KIND_RETURN, 'N'},
                              LiveSpec{after::CASE_KIND_DISPUTE, 'P'}};

// Who serves both shops after sales. The base's agents can have no cases without a contract.
constexpr std::array<std::string_view, 4> kOwners = {"a03", "a06", "a10", "a15"};
constexpr int64_t kReturnFreight = 1200;  // 12.00, which the buyer has laid out
constexpr std::array<std::string_view, 3> kFirstAnswers = {
    "您好，您反馈的问题已登记，我们正在核实，请您保持电话畅通。",
    "非常抱歉给您带来不便，已为您优先处理，今天内给您答复。",
    "已收到您的申请，请补充商品和外包装的照片，便于我们尽快处理。"};

const KindSpec& SpecOf(after::CaseKind kind) {
  return *std::ranges::find(kKinds, kind, &KindSpec::kind);
}

std::string_view NoteOf(after::ReviewResult result) {
  switch (result) {
    case after::REVIEW_RESULT_APPROVED:
      return "情况属实，同意买家申请";
    case after::REVIEW_RESULT_REJECTED:
      return "经核实不符合规则：一次性密封已拆，影响二次销售，已向买家说明";
    case after::REVIEW_RESULT_REISSUE_WITHOUT_RETURN:
      return "无需退回，从仓库直接补发";
    case after::REVIEW_RESULT_WAITING_FOR_CUSTOMER:
      return "请买家补充凭证，等待反馈";
    case after::REVIEW_RESULT_REFUND_WITHOUT_RETURN:
      return "金额较小，无需退回，直接退款";
    case after::REVIEW_RESULT_OFFLINE_REISSUE:
      return "系统外补发，已登记运单";
    case after::REVIEW_RESULT_CUSTOMER_GAVE_UP:
      return "买家表示不再追究";
    default:
      return "";
  }
}

CaseStep Respond(std::string_view text, std::optional<int64_t> at) {
  return {CaseStep::Verb::kRespond, std::string(text), after::REVIEW_RESULT_UNSPECIFIED, at};
}
CaseStep Review(after::ReviewResult result) {
  return {CaseStep::Verb::kReview, std::string(NoteOf(result)), result, std::nullopt};
}
CaseStep Resume() {
  return {CaseStep::Verb::kResume, "买家已补充照片", after::REVIEW_RESULT_UNSPECIFIED,
          std::nullopt};
}
CaseStep Close() {
  return {CaseStep::Verb::kClose, "处理完毕，已回访", after::REVIEW_RESULT_UNSPECIFIED,
          std::nullopt};
}

after::ReviewResult ResultOf(char course) {
  switch (course) {
    case 'R':
      return after::REVIEW_RESULT_REJECTED;
    case 'S':
      return after::REVIEW_RESULT_REISSUE_WITHOUT_RETURN;
    case 'F':
      return after::REVIEW_RESULT_REFUND_WITHOUT_RETURN;
    case 'O':
      return after::REVIEW_RESULT_OFFLINE_REISSUE;
    case 'G':
      return after::REVIEW_RESULT_CUSTOMER_GAVE_UP;
    default:
      return after::REVIEW_RESULT_APPROVED;
  }
}

// Whether goods, money or a sanction follow from the decision; what follows closes the case.
bool Follows(after::CaseKind kind, after::ReviewResult result) {
  if (result == after::REVIEW_RESULT_APPROVED) {
    return kind != after::CASE_KIND_REPAIR && kind != after::CASE_KIND_PLATFORM_WORK_ORDER &&
           kind != after::CASE_KIND_PLATFORM_EMAIL;
  }
  return result == after::REVIEW_RESULT_REISSUE_WITHOUT_RETURN ||
         result == after::REVIEW_RESULT_REFUND_WITHOUT_RETURN;
}

// The steps of a course; `answered` absent: now.
std::vector<CaseStep> StepsOf(after::CaseKind kind, char course, std::optional<int64_t> answered,
                              Random& random) {
  if (course == 'N') return {};
  std::vector<CaseStep> steps = {Respond(random.Pick(kFirstAnswers), answered)};
  if (course == 'P') return steps;
  if (course == 'W' || course == 'G' || course == 'B') {
    steps.push_back(Review(after::REVIEW_RESULT_WAITING_FOR_CUSTOMER));
  }
  if (course == 'W') return steps;
  if (course == 'B') steps.push_back(Resume());
  steps.push_back(Review(ResultOf(course)));
  const bool freight = kind == after::CASE_KIND_FREIGHT_CLAIM && course == 'A';
  if (freight) steps.back().cost_minor = kReturnFreight;
  if (random.Chance(700) && !Follows(kind, ResultOf(course))) steps.push_back(Close());
  return steps;
}

class Cases {
 public:
  explicit Cases(Dataset& data) : data_(data), random_(data.seed, "cases") {
    for (const auto& receipt : data.receipts) {
      for (const auto& line : receipt.lines()) {
        if (line.owner_id().empty()) own_.insert(line.sku_id());
      }
    }
  }

  void Make() {
    for (size_t k = 0; k < kKinds.size(); ++k) {
      for (size_t i = 0; i < kKinds[k].courses.size(); ++i) {
        Add(kKinds[k], kKinds[k].courses[i], data_.shops[(i + k) % data_.shops.size()],
            static_cast<int>(i), false);
      }
    }
    for (size_t i = 0; i < kLive.size(); ++i) {
      Add(SpecOf(kLive[i].kind), kLive[i].course, data_.shops[i % data_.shops.size()],
          static_cast<int>(i), true);
    }
  }

 private:
  // What belongs to its maker cannot be sent once more by the merchant.
  bool CanSendAgain(const kefu::performance::v1::Order& order) const {
    return std::ranges::all_of(order.items(),
                               [&](const auto& item) { return own_.contains(item.sku()); });
  }

  // A signed order that no other case is about; for claims of lateness a late one.
  const kefu::performance::v1::Order& DrawOrder(const ShopPlan& shop, after::CaseKind kind) {
    const bool late = kind == after::CASE_KIND_LATE_SHIPMENT;
    const bool sends = kind == after::CASE_KIND_EXCHANGE || kind == after::CASE_KIND_REISSUE;
    const auto count = static_cast<int64_t>(shop.orders.size());
    for (size_t i = static_cast<size_t>(random_.Below(count * 3 / 5));; i = (i + 1) % count) {
      const auto& order = shop.orders[i];
      if (!order.has_sign_time() || order.exclusion() != 0 || used_.contains(order.order_id())) {
        continue;
      }
      const bool was_late =
          order.ship_time().seconds() > order.items(0).ship_limit_time().seconds();
      if (sends && !CanSendAgain(order)) continue;
      if (was_late != late || order.sign_time().seconds() > DayStart(data_.last - 1)) continue;
      used_.insert(order.order_id());
      return order;
    }
  }

  // E-mail in turn before 16:00, exactly at 16:00 and after; the rest in the waking hours.
  int64_t ReceiveTime(const KindSpec& spec, int64_t signed_at, int number) {
    const int64_t day = (signed_at + kZoneOffsetSeconds) / kDay + random_.Between(1, 3);
    const int64_t midnight = day * kDay - kZoneOffsetSeconds;
    if (spec.kind != after::CASE_KIND_PLATFORM_EMAIL) {
      return midnight + random_.Between(9 * kHour, 22 * kHour);
    }
    if (number == 1) return midnight + 16 * kHour;
    return midnight + (number % 2 == 0 ? random_.Between(9 * kHour, 16 * kHour - 1)
                                       : random_.Between(16 * kHour + 1, 23 * kHour));
  }

  void Add(const KindSpec& spec, char course, const ShopPlan& shop, int number, bool live) {
    const auto& order = DrawOrder(shop, spec.kind);
    CasePlan& plan = data_.cases.emplace_back();
    after::Case& record = plan.record;
    record.set_shop_id(shop.key);
    record.set_kind(spec.kind);
    record.set_channel(spec.channel);
    record.set_external_id(fmt::format("DEMO-{}-{:02}-{:02}{}", shop.key == "jd" ? "JD" : "TM",
                                       static_cast<int>(spec.kind), number + 1, live ? "L" : ""));
    record.set_priority(spec.kind == after::CASE_KIND_DISPUTE ||
                                spec.kind == after::CASE_KIND_PLATFORM_WORK_ORDER
                            ? after::CASE_PRIORITY_HIGH
                            : after::CASE_PRIORITY_NORMAL);
    record.set_order_id(order.order_id());
    record.set_customer_id(order.customer_id());
    SetDay(absl::CivilDay(1970, 1, 1) + (order.create_time().seconds() + kZoneOffsetSeconds) / kDay,
           record.mutable_purchase_date());
    record.set_waybill(fmt::format("{}{:012}", shop.key == "jd" ? "JDVA" : "SF",
                                   random_.Below(1'000'000'000'000)));
    for (const auto& item : order.items()) {
      after::CaseLine* line = record.add_lines();
      line->set_sku(item.sku());
      line->set_category(item.category());
      line->set_quantity(item.quantity());
    }
    record.set_problem(std::string(spec.problem));
    record.set_demand(std::string(spec.demand));
    record.set_assignee_agent_id(std::string(random_.Pick(kOwners)));

    std::optional<int64_t> answered;
    if (!live) {
      const int64_t received = ReceiveTime(spec, order.sign_time().seconds(), number);
      SetTime(received, record.mutable_receive_time());
      answered = received + (course == 'L' ? random_.Between(27 * kHour, 50 * kHour)
                                           : random_.Between(4 * kMinute, 100 * kMinute));
    }
    plan.steps = StepsOf(spec.kind, course, answered, random_);
  }

  Dataset& data_;
  Random random_;
  std::set<std::string> used_;
  std::set<std::string> own_;  // SKUs of which the merchant has stock of its own
};

}  // namespace

void MakeCases(Dataset& data) { Cases(data).Make(); }

}  // namespace kefu::demo
