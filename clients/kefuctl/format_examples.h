// A file of each of kefu's own formats that imports as it stands. What they tell is made up.
#pragma once

#include <string_view>

namespace kefu::kefuctl {

inline constexpr std::string_view kConversationExample =
    R"(conversation_id,customer_id,time,side,agent_id,text,handle_seconds,channel,exclusion,rating,topic
c-1001,u-1,2026-03-01 09:00:00,customer,,"这件有 L 码吗？",,chat,,5,尺码
c-1001,u-1,2026-03-01 09:00:12,agent,a-01,"有的，今天下单明天发货",180,,,,
c-1001,u-1,2026-03-01 09:02:00,customer,,"好，拍了",,,,,
c-1002,u-2,2026-03-01T09:05:00+08:00,customer,a-01,"Is it ""waterproof"", please?",240,,,,
c-1003,u-3,2026-03-01 09:06:00,customer,,刷信誉找我,,chat,advertisement,,
)";
inline constexpr std::string_view kOrderExample =
    R"(order_id,customer_id,create_time,pay_time,ship_time,sign_time,promise_time,paid,new_buyer,exclusion,source_state,sku,category,quantity,price,freight,ship_limit_time
o-5001,u-1,2026-03-01 09:03:00,2026-03-01 09:03:40,2026-03-02 15:00:00,2026-03-04 11:20:00,2026-03-05 23:59:59,258.00,yes,,delivered,coat-L,coats,1,199.00,0.00,2026-03-03 09:03:40
o-5001,u-1,,,,,,,,,,scarf,scarves,2,59.00,0.00,2026-03-03 09:03:40
o-5002,u-2,2026-03-01 10:00:00,,,,,,no,,canceled,,,,,,
)";
inline constexpr std::string_view kRefundExample = R"(refund_id,order_id,refund_time,amount,reason
r-1,o-5001,2026-03-06 10:00:00,59.00,"颜色不符, 退一件"
)";
inline constexpr std::string_view kPaymentExample = R"(payment_id,order_id,pay_time,amount,deposit
p-1,o-5001,2026-03-01 09:03:40,58.00,yes
p-2,o-5001,2026-03-02 08:00:00,200.00,no
)";
inline constexpr std::string_view kReviewExample =
    R"(review_id,order_id,score,text,create_time,answer_time
v-1,o-5001,5,"很暖和
第二次买了",2026-03-05 20:00:00,2026-03-06 09:00:00
)";

inline constexpr std::string_view kVisitsExample = R"(day,visits,clicks,ad_orders,ad_spend
2026-03-01,5120,1000,13,1000.00
2026-03-02,4870,0,0,0
)";
inline constexpr std::string_view kRatingExample = R"(conversation_id,score,rate_time
c-1002,4,2026-03-01 12:00:00
)";

inline constexpr std::string_view kInspectionExample =
    R"(inspection_id,conversation_id,agent_id,inspector,inspect_time,score,inaccurate,impolite,note
qa-77,c-1001,a-01,质检员 李,2026-03-02 10:00:00,86.5,yes,no,"尺码表看错了"
)";

}  // namespace kefu::kefuctl
