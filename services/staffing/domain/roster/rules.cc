#include "services/staffing/domain/roster/rules.h"

namespace kefu::staffing::roster {

std::span<const RuleSource> ShippedRuleSources() {
  static constexpr RuleSource kSources[] = {
      {"min_rest_minutes",
       "no Chinese statute; 11 hours as in Directive 2003/88/EC of the European Union, art. 3",
       "国内法未规定；采用欧盟2003/88/EC号指令第3条的11小时"},
      {"max_shift_minutes", "Labour Law art. 36 (8 hours a day) and art. 41 (at most 3 more)",
       "《劳动法》第三十六条、第四十一条"},
      {"normal_shift_minutes", "Labour Law art. 36", "《劳动法》第三十六条"},
      {"max_week_minutes", "Labour Law art. 36: 44 hours a week", "《劳动法》第三十六条"},
      {"normal_week_minutes",
       "State Council on working hours (1995) art. 3: 40 hours a week; what is beyond is overtime",
       "《国务院关于职工工作时间的规定》第三条"},
      {"max_overtime_minutes", "Labour Law art. 41: 36 hours a month, here in four weeks",
       "《劳动法》第四十一条"},
      {"max_consecutive_days", "follows from Labour Law art. 38: a day off each week",
       "《劳动法》第三十八条"},
      {"min_days_off_per_week", "Labour Law art. 38", "《劳动法》第三十八条"},
      {"max_nights_in_row", "no statute; a common limit of shift planning",
       "国内法未规定；排班惯例"},
      {"night_from_minute", "22:00, as labour authorities define night work",
       "夜班：22时至次日6时"},
      {"night_to_minute", "06:00, as labour authorities define night work", "夜班：22时至次日6时"},
      {"night_shift_minutes", "no statute; two hours in the night make a night shift",
       "国内法未规定；排班惯例"},
      {"night_supplement_bps", "no national rate; agreed with the staff", "无全国标准；由企业约定"},
      {"overtime_supplement_bps", "Labour Law art. 44 (1): at least 150 %",
       "《劳动法》第四十四条第（一）项"},
      {"holiday_supplement_bps", "Labour Law art. 44 (3): at least 300 %",
       "《劳动法》第四十四条第（三）项"},
      {"no_nights, no_overtime of an agent",
       "Labour Law art. 61 and 63 (pregnant from the 7th month, nursing); for minors from 16 to 18 "
       "(art. 58, 64) the shop's own precaution",
       "《劳动法》第六十一条、第六十三条；未成年工为企业自定"},
      {"fair_nights, fair_weekend_days, unfair_minor",
       "no statute; the shop's own idea of fairness", "国内法未规定；企业自定"},
  };
  return kSources;
}

}  // namespace kefu::staffing::roster
