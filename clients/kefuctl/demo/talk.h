// What customers, agents and robots say in the demo; all invented. "{}" stands for the product.
#pragma once

#include <array>
#include <string_view>

namespace kefu::demo {

struct Exchange {
  std::string_view question, answer;
  std::string_view categories = "";  // of the products that it suits; empty: all
};

inline constexpr std::array kPreSales = {
    Exchange{"{}现在有货吗？", "有货的，{}现货，现在拍下今天就能安排发出。"},
    Exchange{"{}是什么材质的？会不会有味道？", "面料和填充都有检测报告，拆开通风一天基本没有味道。",
             "bedding mattress storage kitchen bath"},
    Exchange{"这个尺寸怎么选？家里是1.8米的床", "1.8米的床建议选大一号的规格，两边垂下来刚刚好。",
             "bedding mattress"},
    Exchange{"今天买什么时候能到？我在成都", "成都一般三天左右送达，具体以物流更新为准。"},
    Exchange{"有优惠吗？能不能便宜点", "现在有满减活动，您领一下店铺券，拍下自动抵扣。"},
    Exchange{"可以开发票吗？", "可以的，下单时选择电子发票，签收后会发到您的邮箱。"},
    Exchange{"{}和另一款有什么区别？", "主要是克重和做工不同，{}更厚实一些，适合长期使用。",
             "bedding mattress bath kitchen"},
    Exchange{"可以机洗吗？会不会缩水", "可以机洗，水温不超过三十度，放进洗衣袋就不会变形。",
             "bedding bath"},
    Exchange{"不喜欢可以退吗？运费谁出", "七天无理由，不影响二次销售就可以退，本店赠送运费险。"},
    Exchange{"{}送礼合适吗？有没有礼盒", "有礼盒装，可以附手写贺卡，备注里写上内容就行。"},
    Exchange{"两件一起买有没有折扣", "两件可以用跨店满减，再送您一份小样。"},
    Exchange{"质保多久？坏了怎么办", "整机质保一年，有质量问题三十天内换新。",
             "appliance lighting"},
    Exchange{"618当天会不会更便宜？", "现在就是活动价，本店保价，降价可以申请退差。"},
    Exchange{"发什么快递？能不能送货上门", "默认发顺丰或京东物流，都送货上门，可以备注时间。"},
};

inline constexpr std::array kAfterSales = {
    Exchange{"我的订单怎么还没发货？", "这边帮您催一下仓库，今天会给您发出，请留意物流信息。"},
    Exchange{"收到的{}少了一件", "非常抱歉，请您拍一张包装和面单的照片，我马上登记补发。"},
    Exchange{"{}有破损，想换一个", "给您添麻烦了，申请换货时选择质量问题，来回运费我们承担。"},
    Exchange{"退款什么时候到账？", "仓库验收后一到三个工作日原路退回，我帮您盯着进度。"},
    Exchange{"颜色和图片不一样，我要退货", "可以退的，您提交退货申请，我这边优先审核。",
             "bedding storage bath lighting kitchen appliance"},
    Exchange{"物流两天没有更新了", "我已联系快递核实，最晚明天中午给您答复。"},
    Exchange{"安装说明看不懂，能发个视频吗", "视频已经发给您，按步骤来，有问题随时找我。",
             "appliance lighting storage"},
    Exchange{"买贵了，刚买就降价", "本店支持保价，我帮您提交价差退款。"},
};

inline constexpr std::array<std::string_view, 8> kFollowUps = {
    "好的，那我再看看", "有实物图吗？",     "是正品吧",     "评价里有人说包装简单，是真的吗",
    "那我拍一件试试",   "可以指定日期送吗", "嗯嗯，明白了", "麻烦快一点"};
inline constexpr std::array<std::string_view, 8> kAnswers = {
    "好的，有任何问题随时联系我。",     "详情页和买家秀里都有实物图，您可以看一下。",
    "品牌直营，支持专柜验货，请放心。", "现在都换成加厚纸箱了，运输有保障。",
    "拍下后我帮您备注优先发货。",       "可以的，备注日期就行。",
    "感谢您的支持，祝您生活愉快。",     "马上为您处理，请稍等。"};
inline constexpr std::array<std::string_view, 4> kNudges = {"在吗？", "有人吗？", "客服呢", "？"};
inline constexpr std::array<std::string_view, 3> kHandovers = {
    "这个问题我请同事来为您解答，请稍等。", "我帮您转接到专门负责的同事。",
    "我这边临时有事，同事马上接着为您服务。"};
inline constexpr std::array<std::string_view, 4> kAdvertisements = {
    "专业代运营，不出单不收费，了解一下？", "低价出仓库货源，一件代发，支持看样。",
    "需要做推广吗，首月八折。", "承接详情页设计，三天出图，需要回1。"};
inline constexpr std::array<std::string_view, 2> kFraudTalk = {"按要求拍单，截图发你",
                                                               "任务单，拍完找谁结算"};
inline constexpr std::string_view kRobot =
    "您好，我是智能助手小栖，人工客服正在赶来，您也可以回复1查物流，回复2看优惠。";
inline constexpr std::string_view kGreetingJd = "您好，很高兴为您服务。";
inline constexpr std::string_view kGreetingTmall = "亲，您好，很高兴为您服务。";

inline constexpr std::array<std::string_view, 6> kRefundReasons = {
    "七天无理由退货", "质量问题", "与描述不符", "少件漏发", "拍错不想要了", "未按约定时间发货"};
inline constexpr std::array<std::string_view, 5> kGoodReviews = {
    "质量很好，客服回复也快，值得再买。", "包装结实，物流很快，家里人都喜欢。",
    "第二次买了，一如既往地好。", "客服很耐心，推荐的尺寸正合适。", "做工细致，性价比高。"};
inline constexpr std::array<std::string_view, 3> kFairReviews = {
    "还可以，跟价格相符。", "东西不错，就是快递慢了两天。", "颜色比图片深一点，能接受。"};
inline constexpr std::array<std::string_view, 4> kBadReviews = {
    "等了很久才发货，客服半天不回。", "收到有破损，处理太慢。", "跟描述的不一样，有点失望。",
    "用了两天就坏了，不推荐。"};

}  // namespace kefu::demo
