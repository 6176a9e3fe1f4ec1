-- The shipped rules of returns: DOMAIN 4.4. Later numbers come as further versions. The first policy is
-- for every shop, the second one adds what JD gives for clothing and shoes.
--
-- Where the handbook leaves something open:
-- * It names no proof: a photo is asked for what is the merchant's fault on the platform's word, and its lack
--   takes nothing away. The law's rules ask for none: of durable goods the merchant bears the burden of proof
--   in the first six months (消费者权益保护法第二十三条).
-- * Who returns for no reason gets the price of the goods (第二十五条), not what the first shipment cost.
-- * JD's fifteen days name no reason and hold for every one; without a fault of the merchant's the goods must
--   be intact, as for every return without a reason, and the buyer pays for sending back only.
-- * The three guarantees (三包) are for durable goods, not for what is eaten, used up or read. They count from
--   the sale; here from signing, which is never sooner.
-- * Refund only is given by no rule: it is a result of a review (4.3), and a shop may promise it.
-- * What a buyer confirmed as not returnable when buying (第二十五条) is not asked: the handbook does not name it.
INSERT INTO return_policy (org_id, policy_id, version, shop_id, platform, effective_us, actor, create_us)
VALUES
  ('', 'default/returns', 1, '', '', -9223372036854775807, '', 0),
  ('', 'jd/returns', 1, '', 'JD', -9223372036854775807, '', 0);

-- Reasons that fit a category: what is eaten has no functions, what is read no size.
INSERT INTO return_category (org_id, policy_id, version, category_id, reasons, name_zh, name_en)
VALUES
  ('', 'default/returns', 1, 'food', 'SIZE_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '食品', 'Food'),
  ('', 'default/returns', 1, 'fresh_food', 'SIZE_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '生鲜', 'Fresh and perishable food'),
  ('', 'default/returns', 1, 'cosmetics', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '化妆品', 'Cosmetics'),
  ('', 'default/returns', 1, 'medical_devices', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '医疗器械', 'Medical devices'),
  ('', 'default/returns', 1, 'contraceptives', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '计生用品', 'Contraceptives'),
  ('', 'default/returns', 1, 'electronics', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '电子电器', 'Electronics and appliances'),
  ('', 'default/returns', 1, 'clothing', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '服装', 'Clothing'),
  ('', 'default/returns', 1, 'shoes', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '鞋靴', 'Shoes'),
  ('', 'default/returns', 1, 'bags', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '箱包', 'Bags'),
  ('', 'default/returns', 1, 'toys', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '玩具', 'Toys'),
  ('', 'default/returns', 1, 'home_textiles', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '家纺', 'Home textiles'),
  ('', 'default/returns', 1, 'furnishing', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '家居', 'Furnishing'),
  ('', 'default/returns', 1, 'made_to_order', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '定作商品', 'Made to order'),
  ('', 'default/returns', 1, 'media', 'MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '音像制品、软件等数字化商品', 'Audio, video, software and other digital goods'),
  ('', 'default/returns', 1, 'newspapers_periodicals', 'MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT,NO_REASON', '报纸、期刊', 'Newspapers and periodicals'),
  ('', 'default/returns', 1, 'other', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,FUNCTIONAL_FAULT,QUALITY_DEFECT,NO_REASON', '其他', 'Other goods');

-- Damaged, not as described or faulty: seven days, both freights the merchant's. No reason: seven days,
-- goods intact. Three guarantees: seven days, fifteen days, twelve months.
INSERT INTO return_rule (org_id, policy_id, version, rule_id, source, remedy, categories,
  excluded_categories, reasons, spoiled_by, evidence, evidence_required, window_days, window_months,
  return_freight, outbound_freight, basis)
VALUES
  ('', 'default/returns', 1, 'described.return', 'PLATFORM', 'RETURN', '', '', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER', '', 'PHOTO', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '平台售后规则:签收后七日内免费退换,往返运费由商家承担'),
  ('', 'default/returns', 1, 'described.exchange', 'PLATFORM', 'EXCHANGE', '', '', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER', '', 'PHOTO', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '平台售后规则:签收后七日内免费退换,往返运费由商家承担'),
  ('', 'default/returns', 1, 'damaged.return', 'PLATFORM', 'RETURN', '', '', 'DAMAGED,PARTS_MISSING', '', 'PHOTO', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '平台售后规则:签收后七日内免费退换,往返运费由商家承担'),
  ('', 'default/returns', 1, 'damaged.exchange', 'PLATFORM', 'EXCHANGE', '', '', 'DAMAGED,PARTS_MISSING', '', 'PHOTO', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '平台售后规则:签收后七日内免费退换,往返运费由商家承担'),
  ('', 'default/returns', 1, 'fault.return', 'PLATFORM', 'RETURN', '', '', 'FUNCTIONAL_FAULT,QUALITY_DEFECT', '', 'PHOTO', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '平台售后规则:签收后七日内免费退换,往返运费由商家承担'),
  ('', 'default/returns', 1, 'fault.exchange', 'PLATFORM', 'EXCHANGE', '', '', 'FUNCTIONAL_FAULT,QUALITY_DEFECT', '', 'PHOTO', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '平台售后规则:签收后七日内免费退换,往返运费由商家承担'),
  ('', 'default/returns', 1, 'no_reason.sealed', 'LAW', 'RETURN', 'food,cosmetics,medical_devices,contraceptives', '', '', 'ONE_USE_SEAL_BROKEN', '', FALSE, 7, 0, 'BUYER', 'BUYER', '消费者权益保护法第二十五条;网络购买商品七日无理由退货暂行办法(商品完好标准)'),
  ('', 'default/returns', 1, 'no_reason.electronics', 'LAW', 'RETURN', 'electronics', '', '', 'UNAUTHORISED_REPAIR,ALTERED,MARKS_TAMPERED,LASTING_MARKS_OF_USE,ACTIVATED,LICENCE_REGISTERED,PERSONAL_DATA_LEFT', '', FALSE, 7, 0, 'BUYER', 'BUYER', '消费者权益保护法第二十五条;网络购买商品七日无理由退货暂行办法(商品完好标准)'),
  ('', 'default/returns', 1, 'no_reason.labelled', 'LAW', 'RETURN', 'clothing,shoes,bags,toys,home_textiles,furnishing', '', '', 'LABEL_REMOVED,SOILED_OR_DAMAGED', '', FALSE, 7, 0, 'BUYER', 'BUYER', '消费者权益保护法第二十五条;网络购买商品七日无理由退货暂行办法(商品完好标准)'),
  ('', 'default/returns', 1, 'no_reason.media', 'LAW', 'RETURN', 'media', '', '', 'DOWNLOADED_OR_UNSEALED', '', FALSE, 7, 0, 'BUYER', 'BUYER', '消费者权益保护法第二十五条(在线下载或者消费者拆封的数字化商品除外)'),
  ('', 'default/returns', 1, 'no_reason.other', 'LAW', 'RETURN', '', 'food,cosmetics,medical_devices,contraceptives,electronics,clothing,shoes,bags,toys,home_textiles,furnishing,media,made_to_order,fresh_food,newspapers_periodicals', '', 'SOILED_OR_DAMAGED', '', FALSE, 7, 0, 'BUYER', 'BUYER', '消费者权益保护法第二十五条(定作的、鲜活易腐的、报纸期刊除外)'),
  ('', 'default/returns', 1, 'guarantee.return', 'LAW', 'RETURN', '', 'food,fresh_food,cosmetics,contraceptives,newspapers_periodicals', 'FUNCTIONAL_FAULT,QUALITY_DEFECT', '', '', FALSE, 7, 0, 'MERCHANT', 'MERCHANT', '消费者权益保护法第二十四条(退货、更换、修理的运费由经营者承担);三包规定:七日退货、十五日换货、一年修理'),
  ('', 'default/returns', 1, 'guarantee.exchange', 'LAW', 'EXCHANGE', '', 'food,fresh_food,cosmetics,contraceptives,newspapers_periodicals', 'FUNCTIONAL_FAULT,QUALITY_DEFECT', '', '', FALSE, 15, 0, 'MERCHANT', 'MERCHANT', '消费者权益保护法第二十四条(退货、更换、修理的运费由经营者承担);三包规定:七日退货、十五日换货、一年修理'),
  ('', 'default/returns', 1, 'guarantee.repair', 'LAW', 'REPAIR', '', 'food,fresh_food,cosmetics,contraceptives,newspapers_periodicals', 'FUNCTIONAL_FAULT,QUALITY_DEFECT', '', '', FALSE, 0, 12, 'MERCHANT', 'MERCHANT', '消费者权益保护法第二十四条(退货、更换、修理的运费由经营者承担);三包规定:七日退货、十五日换货、一年修理'),
  ('', 'jd/returns', 1, 'jd.return.intact', 'PLATFORM', 'RETURN', 'clothing,shoes', '', '', 'LABEL_REMOVED,SOILED_OR_DAMAGED', '', FALSE, 7, 0, 'BUYER', 'BUYER', '京东服装鞋靴:自收到商品起七日内退货、十五日内换货'),
  ('', 'jd/returns', 1, 'jd.exchange.intact', 'PLATFORM', 'EXCHANGE', 'clothing,shoes', '', '', 'LABEL_REMOVED,SOILED_OR_DAMAGED', '', FALSE, 15, 0, 'BUYER', 'MERCHANT', '京东服装鞋靴:自收到商品起七日内退货、十五日内换货'),
  ('', 'jd/returns', 1, 'jd.exchange.faulty', 'PLATFORM', 'EXCHANGE', 'clothing,shoes', '', 'SIZE_DIFFERS,COLOUR_DIFFERS,MODEL_DIFFERS,CLAIMS_DIFFER,DAMAGED,PARTS_MISSING,QUALITY_DEFECT', '', 'PHOTO', FALSE, 15, 0, 'MERCHANT', 'MERCHANT', '京东服装鞋靴:自收到商品起七日内退货、十五日内换货');
