#include "services/performance/tests/metrics/slow_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace kefu::performance::slow {
namespace {

// Days around the rows, so that every window lies within the table of days.
constexpr int64_t kMarginSeconds = 6 * 86'400;
// All zones of today change their clocks on a multiple of it.
constexpr int64_t kStepSeconds = 1'800;

constexpr std::string_view kTables = R"(
CREATE TABLE slow_day (day DATE PRIMARY KEY, start_us BIGINT, end_us BIGINT);
CREATE TABLE slow_clock (t BIGINT PRIMARY KEY, day DATE, minute_of_day INT, KEY (day, minute_of_day));
CREATE TABLE slow_open (day DATE PRIMARY KEY, opens BIGINT, closes BIGINT);
CREATE TABLE slow_round (conv VARCHAR(64), agent VARCHAR(64), day DATE, run_t BIGINT, answer_t BIGINT, is_first INT);
CREATE TABLE slow_message (conv VARCHAR(64), customer VARCHAR(64), seq INT, t BIGINT, side CHAR(1),
  agent VARCHAR(64), excluded INT, PRIMARY KEY (conv, seq));
CREATE TABLE slow_conversation (conv VARCHAR(64) PRIMARY KEY, customer VARCHAR(64), t BIGINT, begin_t BIGINT,
  minute_of_day INT, rating INT, excluded INT, fraud INT, judged INT);
CREATE TABLE slow_handling (conv VARCHAR(64), customer VARCHAR(64), agent VARCHAR(64), s BIGINT, e BIGINT, excluded INT);
CREATE TABLE slow_order (id VARCHAR(64) PRIMARY KEY, customer VARCHAR(64), created BIGINT, paid BIGINT, minor BIGINT,
  shipped BIGINT, limit_t BIGINT, new_buyer INT, flagged INT, reviewed INT, excluded INT);
CREATE TABLE slow_refund (order_id VARCHAR(64), t BIGINT, minor BIGINT);
CREATE TABLE slow_review (order_id VARCHAR(64), t BIGINT, score INT);
CREATE TABLE slow_visit (day DATE PRIMARY KEY, visits BIGINT, clicks BIGINT, ad_orders BIGINT, ad_spend BIGINT);
CREATE TABLE slow_member (agent VARCHAR(64), team VARCHAR(64), first_day DATE, last_day DATE);
CREATE TABLE slow_inspection (conv VARCHAR(64), agent VARCHAR(64), centipoints BIGINT, accurate INT, polite INT);
CREATE TABLE slow_base (agent VARCHAR(64), base VARCHAR(64), first_day DATE, last_day DATE);
CREATE TABLE slow_group (day DATE, agent VARCHAR(64), kind VARCHAR(8), id VARCHAR(64));
CREATE TABLE slow_run (conv VARCHAR(64), customer VARCHAR(64), g INT, seq INT, t BIGINT, day DATE, KEY (conv, g));
CREATE TABLE slow_answer (conv VARCHAR(64), customer VARCHAR(64), seq INT, t BIGINT, agent VARCHAR(64), g INT,
  closes INT, run_t BIGINT, KEY (conv, g));
CREATE TABLE slow_gap (agent VARCHAR(64), day DATE, gap BIGINT, is_first INT, in_time INT);
CREATE TABLE slow_customer (day DATE, customer VARCHAR(64), first_t BIGINT, PRIMARY KEY (day, customer));
CREATE TABLE slow_answered (day DATE, customer VARCHAR(64), agent VARCHAR(64), t BIGINT, KEY (day, customer));
CREATE TABLE slow_missed (day DATE, customer VARCHAR(64), agent VARCHAR(64));
CREATE TABLE slow_helped (day DATE, customer VARCHAR(64), agent VARCHAR(64), KEY (day, customer));
CREATE TABLE slow_paid (id VARCHAR(64) PRIMARY KEY, customer VARCHAR(64), day DATE, t BIGINT, minor BIGINT, new_buyer INT,
  agent VARCHAR(64));
CREATE TABLE slow_result (day DATE, customer VARCHAR(64), agent VARCHAR(64), KEY (day, customer));
CREATE TABLE slow_amount (agent VARCHAR(64), day DATE, name VARCHAR(40), v BIGINT);
CREATE TABLE slow_sum (kind VARCHAR(8), id VARCHAR(64), day DATE, name VARCHAR(40), v BIGINT))";

// What a fresh computation clears. {0}: attribution days, {1} and {2}: quiet minutes, {3}: positive
// stars, {4}: repurchase days, {5}: seconds in time, {6}: of a round, {7} and {8}: service hours in
// minutes, {9}: on workdays only.
constexpr std::string_view kCompute = R"(
DELETE FROM slow_group; DELETE FROM slow_run; DELETE FROM slow_answer; DELETE FROM slow_gap; DELETE FROM slow_customer;
DELETE FROM slow_answered; DELETE FROM slow_paid; DELETE FROM slow_result; DELETE FROM slow_sum; DELETE FROM slow_amount;
DELETE FROM slow_open; DELETE FROM slow_round; DELETE FROM slow_missed; DELETE FROM slow_helped;

-- For whom an agent's figures count on a day, beside the shop.
INSERT INTO slow_group
  SELECT d.day, a.agent, 'AGENT', a.agent FROM slow_day d,
    (SELECT DISTINCT agent FROM slow_message WHERE agent <> '' UNION SELECT DISTINCT agent FROM slow_handling) a
  UNION SELECT d.day, m.agent, 'TEAM', m.team FROM slow_day d JOIN slow_member m ON d.day BETWEEN m.first_day AND m.last_day
  UNION SELECT d.day, b.agent, 'BASE', b.base FROM slow_day d JOIN slow_base b ON d.day BETWEEN b.first_day AND b.last_day;

-- A customer message belongs to the run after the g-th message of an agent.
INSERT INTO slow_run
  SELECT m.conv, m.customer,
    (SELECT COUNT(*) FROM slow_message a WHERE a.conv = m.conv AND a.side = 'A' AND a.seq < m.seq), m.seq, m.t, d.day
  FROM slow_message m JOIN slow_day d ON m.t >= d.start_us AND m.t < d.end_us WHERE m.side = 'C' AND m.excluded = 0;

-- An agent's message answers the latest run before it; the first one to do so closes it.
INSERT INTO slow_answer
  SELECT a.conv, a.customer, a.seq, a.t, a.agent, r.g,
    NOT EXISTS (SELECT 1 FROM slow_message p WHERE p.conv = a.conv AND p.side = 'A' AND p.seq < a.seq AND p.seq > r.last_seq),
    r.run_t
  FROM slow_message a
  JOIN (SELECT conv, g, MIN(t) run_t, MIN(seq) first_seq, MAX(seq) last_seq FROM slow_run GROUP BY conv, g) r
    ON r.conv = a.conv AND r.last_seq < a.seq
  WHERE a.side = 'A' AND a.excluded = 0
    AND NOT EXISTS (SELECT 1 FROM slow_run later WHERE later.conv = a.conv AND later.g > r.g AND later.seq < a.seq);

INSERT INTO slow_gap
  SELECT a.agent, d.day, a.t - a.run_t,
    NOT EXISTS (SELECT 1 FROM slow_answer b WHERE b.conv = a.conv AND b.closes = 1 AND b.seq < a.seq),
    a.t - a.run_t <= {5} * 1000000
  FROM slow_answer a JOIN slow_conversation c ON c.conv = a.conv
  JOIN slow_day d ON a.run_t >= d.start_us AND a.run_t < d.end_us
  WHERE a.closes = 1 AND NOT (CASE WHEN {1} = {2} THEN 0 WHEN {1} < {2} THEN c.minute_of_day >= {1} AND c.minute_of_day < {2}
    ELSE c.minute_of_day >= {1} OR c.minute_of_day < {2} END);

-- Rounds are runs; one without an answer is the loss of whose conversation it is.
INSERT INTO slow_round
  SELECT r.conv, CASE WHEN a.conv IS NULL THEN (SELECT w.agent FROM slow_responsible w WHERE w.conv = r.conv)
      ELSE a.agent END, d.day, r.run_t, a.t,
    NOT EXISTS (SELECT 1 FROM slow_answer b WHERE b.conv = r.conv AND b.closes = 1 AND b.g < r.g)
  FROM (SELECT conv, g, MIN(t) run_t FROM slow_run GROUP BY conv, g) r JOIN slow_conversation c ON c.conv = r.conv
  JOIN slow_day d ON r.run_t >= d.start_us AND r.run_t < d.end_us
  LEFT JOIN slow_answer a ON a.conv = r.conv AND a.g = r.g AND a.closes = 1
  WHERE NOT (CASE WHEN {1} = {2} THEN 0 WHEN {1} < {2} THEN c.minute_of_day >= {1} AND c.minute_of_day < {2}
    ELSE c.minute_of_day >= {1} OR c.minute_of_day < {2} END);
-- Service hours. The holidays are those around the days of the test.
INSERT INTO slow_open
  SELECT d.day, (SELECT MIN(t) FROM slow_clock o WHERE o.day = d.day AND o.minute_of_day >= {7}),
    COALESCE((SELECT MIN(t) FROM slow_clock e WHERE e.day = d.day AND e.minute_of_day >= {8}), d.end_us) FROM slow_day d
  WHERE NOT {9} OR d.day IN ('2024-04-07', '2024-09-29', '2024-10-12')
    OR (DAYOFWEEK(d.day) NOT IN (1, 7) AND d.day NOT BETWEEN '2024-04-04' AND '2024-04-06'
      AND d.day NOT BETWEEN '2024-10-01' AND '2024-10-07');

INSERT INTO slow_customer SELECT day, customer, MIN(t) FROM slow_run GROUP BY day, customer;
INSERT INTO slow_answered
  SELECT DISTINCT r.day, r.customer, a.agent, a.t FROM slow_answer a JOIN slow_run r ON r.conv = a.conv AND r.g = a.g;
-- Whose customers of a day wait for an answer for ever.
INSERT INTO slow_missed
  SELECT DISTINCT r.day, r.customer, w.agent FROM slow_run r JOIN slow_responsible w ON w.conv = r.conv
  WHERE w.agent <> '' AND NOT EXISTS (SELECT 1 FROM slow_message a WHERE a.conv = r.conv AND a.side = 'A' AND a.seq > r.seq);

-- Credits: the latest answer before payment, from the start of the day {0} days before it. Nobody answers a customer
-- who has not written in the conversation.
INSERT INTO slow_paid
  SELECT o.id, o.customer, d.day, o.paid, o.minor, o.new_buyer, COALESCE((
    SELECT m.agent FROM slow_message m JOIN slow_day w ON w.day = d.day - INTERVAL {0} DAY
    WHERE m.customer = o.customer AND m.side = 'A' AND m.agent <> '' AND m.excluded = 0 AND m.t < o.paid AND m.t >= w.start_us
      AND EXISTS (SELECT 1 FROM slow_message q WHERE q.conv = m.conv AND q.side = 'C' AND q.seq < m.seq)
    ORDER BY m.t DESC, m.conv DESC, m.agent DESC LIMIT 1), '')
  FROM slow_order o JOIN slow_day d ON o.paid >= d.start_us AND o.paid < d.end_us
  WHERE o.excluded = 0 AND o.minor > 0;

INSERT INTO slow_result
  SELECT DISTINCT c.day, c.customer, p.agent FROM slow_customer c JOIN slow_paid p ON p.customer = c.customer
  JOIN slow_day w ON w.day = c.day + INTERVAL {0} DAY
  WHERE p.t > c.first_t AND p.t < w.end_us;
-- Who else answered in the window of an order that is a result of the day.
INSERT INTO slow_helped
  SELECT DISTINCT c.day, c.customer, x.agent FROM slow_paid p JOIN slow_customer c ON c.customer = p.customer
  JOIN slow_day last_day ON last_day.day = c.day + INTERVAL {0} DAY JOIN slow_day opens ON opens.day = p.day - INTERVAL {0} DAY
  JOIN slow_answered x ON x.day = c.day AND x.customer = c.customer AND x.t >= opens.start_us AND x.t < p.t
  WHERE p.agent <> '' AND x.agent <> '' AND x.agent <> p.agent AND p.t > c.first_t AND p.t < last_day.end_us;

INSERT INTO slow_sum
  SELECT 'SHOP', '', day, 'consulted', COUNT(*) FROM slow_customer GROUP BY day
  UNION ALL SELECT 'SHOP', '', day, 'replied', COUNT(DISTINCT customer) FROM slow_answered GROUP BY day
  UNION ALL SELECT 'SHOP', '', day, 'converted', COUNT(DISTINCT customer) FROM slow_result GROUP BY day
  UNION ALL SELECT g.kind, g.id, x.day, 'consulted', COUNT(DISTINCT x.customer) FROM slow_answered x
    JOIN slow_group g ON g.day = x.day AND g.agent = x.agent GROUP BY g.kind, g.id, x.day
  UNION ALL SELECT g.kind, g.id, x.day, 'replied', COUNT(DISTINCT x.customer) FROM slow_answered x
    JOIN slow_group g ON g.day = x.day AND g.agent = x.agent GROUP BY g.kind, g.id, x.day;
INSERT INTO slow_sum
  SELECT g.kind, g.id, x.day, 'missed', COUNT(DISTINCT x.customer) FROM slow_missed x
  JOIN slow_group g ON g.day = x.day AND g.agent = x.agent
  WHERE NOT EXISTS (SELECT 1 FROM slow_answered y JOIN slow_group h ON h.day = y.day AND h.agent = y.agent
    WHERE y.day = x.day AND y.customer = x.customer AND h.kind = g.kind AND h.id = g.id) GROUP BY g.kind, g.id, x.day;
INSERT INTO slow_sum
  SELECT kind, id, day, IF(own, 'converted', 'assisted'), COUNT(*) FROM (
    SELECT DISTINCT g.kind, g.id, x.day, x.customer, EXISTS (
        SELECT 1 FROM slow_result r JOIN slow_group s ON s.day = x.day AND s.agent = r.agent AND s.kind = g.kind AND s.id = g.id
        WHERE r.day = x.day AND r.customer = x.customer) own, EXISTS (
        SELECT 1 FROM slow_helped r JOIN slow_group s ON s.day = x.day AND s.agent = r.agent AND s.kind = g.kind AND s.id = g.id
        WHERE r.day = x.day AND r.customer = x.customer) helped
    FROM slow_answered x JOIN slow_group g ON g.day = x.day AND g.agent = x.agent) outcome
  WHERE own OR helped GROUP BY kind, id, day, own;

-- Who had paid within {0} days before when it first asked, or for whom an agent counts was first answered by it.
INSERT INTO slow_sum
  SELECT 'SHOP', '', c.day, 'paid_before', COUNT(*) FROM slow_customer c JOIN slow_day opens ON opens.day = c.day - INTERVAL {0} DAY
  WHERE EXISTS (SELECT 1 FROM slow_paid p WHERE p.customer = c.customer AND p.t >= opens.start_us AND p.t <= c.first_t)
    AND NOT EXISTS (SELECT 1 FROM slow_result r WHERE r.day = c.day AND r.customer = c.customer) GROUP BY c.day;
INSERT INTO slow_sum
  SELECT f.kind, f.id, f.day, 'paid_before', COUNT(*) FROM (
    SELECT g.kind, g.id, x.day, x.customer, MIN(x.t) t FROM slow_answered x JOIN slow_group g ON g.day = x.day AND g.agent = x.agent
    GROUP BY g.kind, g.id, x.day, x.customer) f
  JOIN slow_day opens ON opens.day = f.day - INTERVAL {0} DAY JOIN slow_day shuts ON shuts.day = f.day + INTERVAL {0} DAY
  WHERE EXISTS (SELECT 1 FROM slow_paid p WHERE p.customer = f.customer AND p.t >= opens.start_us AND p.t < shuts.end_us AND p.t <= f.t)
    AND NOT EXISTS (SELECT 1 FROM slow_result r JOIN slow_group s ON s.day = f.day AND s.agent = r.agent AND s.kind = f.kind AND s.id = f.id
      WHERE r.day = f.day AND r.customer = f.customer)
    AND NOT EXISTS (SELECT 1 FROM slow_helped r JOIN slow_group s ON s.day = f.day AND s.agent = r.agent AND s.kind = f.kind AND s.id = f.id
      WHERE r.day = f.day AND r.customer = f.customer)
  GROUP BY f.kind, f.id, f.day;

INSERT INTO slow_sum
  SELECT 'SHOP', '', d.day, 'conversations', COUNT(*) FROM slow_conversation c
    JOIN slow_day d ON c.begin_t >= d.start_us AND c.begin_t < d.end_us WHERE c.excluded = 0 GROUP BY d.day
  UNION ALL SELECT g.kind, g.id, d.day, 'conversations', COUNT(DISTINCT c.conv) FROM slow_conversation c
    JOIN slow_day d ON c.begin_t >= d.start_us AND c.begin_t < d.end_us
    JOIN slow_message m ON m.conv = c.conv AND m.side = 'A' AND m.agent <> ''
    JOIN slow_group g ON g.day = d.day AND g.agent = m.agent WHERE c.excluded = 0 GROUP BY g.kind, g.id, d.day
  UNION ALL SELECT 'SHOP', '', day, 'customer_messages', COUNT(*) FROM slow_run GROUP BY day
  UNION ALL SELECT 'SHOP', '', d.day, 'agent_messages', COUNT(*) FROM slow_message m
    JOIN slow_day d ON m.t >= d.start_us AND m.t < d.end_us WHERE m.side = 'A' AND m.excluded = 0 GROUP BY d.day
  UNION ALL SELECT g.kind, g.id, d.day, 'agent_messages', COUNT(*) FROM slow_message m
    JOIN slow_day d ON m.t >= d.start_us AND m.t < d.end_us JOIN slow_group g ON g.day = d.day AND g.agent = m.agent
    WHERE m.side = 'A' AND m.excluded = 0 GROUP BY g.kind, g.id, d.day;

-- Amounts with an agent: for the shop, and for whom the agent counts.
INSERT INTO slow_amount
  SELECT agent, day, 'responses', 1 FROM slow_gap UNION ALL SELECT agent, day, 'response_us', gap FROM slow_gap
  UNION ALL SELECT agent, day, 'in_time', in_time FROM slow_gap
  UNION ALL SELECT agent, day, 'first_responses', 1 FROM slow_gap WHERE is_first
  UNION ALL SELECT agent, day, 'first_response_us', gap FROM slow_gap WHERE is_first;
INSERT INTO slow_amount
  SELECT agent, day, 'rounds', 1 FROM slow_round UNION ALL SELECT agent, day, 'asked', 1 FROM slow_round WHERE is_first
  UNION ALL SELECT agent, day, 'rounds_won', 1 FROM slow_round WHERE answer_t - run_t <= {6} * 1000000
  UNION ALL SELECT agent, day, 'first_in_time', 1 FROM slow_round WHERE is_first AND answer_t - run_t <= {5} * 1000000
  UNION ALL SELECT r.agent, r.day, 'first_business_us', LEAST(r.answer_t, o.closes) - GREATEST(r.run_t, o.opens)
    FROM slow_round r JOIN slow_open o ON o.opens < r.answer_t AND o.closes > r.run_t WHERE r.is_first;
INSERT INTO slow_amount
  SELECT h.agent, d.day, 'handlings', 1 FROM slow_handling h JOIN slow_day d ON h.s >= d.start_us AND h.s < d.end_us
    WHERE h.excluded = 0
  UNION ALL SELECT h.agent, d.day, 'handle_us', h.e - h.s FROM slow_handling h
    JOIN slow_day d ON h.s >= d.start_us AND h.s < d.end_us WHERE h.excluded = 0;
-- Between two neighbouring ends of an agent's handlings of a day either all or nothing is covered.
INSERT INTO slow_amount
  SELECT agent, day, 'busy_us', SUM(next_t - t) FROM (
    SELECT agent, day, t, LEAD(t) OVER (PARTITION BY agent, day ORDER BY t) next_t FROM (
      SELECT h.agent, d.day, h.s t FROM slow_handling h JOIN slow_day d ON h.s >= d.start_us AND h.s < d.end_us
        WHERE h.excluded = 0
      UNION SELECT h.agent, d.day, h.e FROM slow_handling h JOIN slow_day d ON h.s >= d.start_us AND h.s < d.end_us
        WHERE h.excluded = 0) ends) pieces
  WHERE EXISTS (SELECT 1 FROM slow_handling h JOIN slow_day d ON d.day = pieces.day AND h.s >= d.start_us AND h.s < d.end_us
    WHERE h.agent = pieces.agent AND h.excluded = 0 AND h.s <= pieces.t AND h.e >= pieces.next_t)
  GROUP BY agent, day;
INSERT INTO slow_amount
  SELECT last_agent, day, 'ratings', 1 FROM slow_rated UNION ALL SELECT last_agent, day, 'rating_points', rating FROM slow_rated
  UNION ALL SELECT last_agent, day, 'rating_squares', rating * rating FROM slow_rated;
INSERT INTO slow_amount
  SELECT agent, day, 'paid_orders', 1 FROM slow_paid UNION ALL SELECT agent, day, 'sales', minor FROM slow_paid
  UNION ALL SELECT agent, day, 'new_buyer_sales', minor FROM slow_paid WHERE new_buyer;
INSERT INTO slow_amount
  SELECT COALESCE(p.agent, ''), d.day, n.name, IF(n.name = 'refunds', r.minor, 1) FROM slow_refund r
    JOIN slow_day d ON r.t >= d.start_us AND r.t < d.end_us LEFT JOIN slow_order o ON o.id = r.order_id
    LEFT JOIN slow_paid p ON p.id = r.order_id, (SELECT 'refunds' name UNION SELECT 'refund_orders') n
    WHERE COALESCE(o.excluded, 1) = 0
  UNION ALL SELECT COALESCE(p.agent, ''), d.day, n.name,
      CASE n.name WHEN 'reviews' THEN 1 WHEN 'review_points' THEN r.score WHEN 'review_squares' THEN r.score * r.score
        ELSE r.score >= {3} END FROM slow_review r
    JOIN slow_day d ON r.t >= d.start_us AND r.t < d.end_us LEFT JOIN slow_order o ON o.id = r.order_id
    LEFT JOIN slow_paid p ON p.id = r.order_id,
      (SELECT 'reviews' name UNION SELECT 'review_points' UNION SELECT 'review_squares' UNION SELECT 'positive_reviews') n
    WHERE COALESCE(o.excluded, 1) = 0;
INSERT INTO slow_amount
  SELECT i.agent, d.day, n.name, CASE n.name WHEN 'inspections' THEN 1 WHEN 'accurate' THEN i.accurate
      WHEN 'polite' THEN i.polite
      WHEN 'centipoint_squares' THEN i.centipoints * i.centipoints ELSE i.centipoints END
    FROM slow_inspection i JOIN slow_conversation c ON c.conv = i.conv AND c.excluded = 0 JOIN slow_day d ON c.begin_t >= d.start_us AND c.begin_t < d.end_us,
      (SELECT 'inspections' name UNION SELECT 'accurate' UNION SELECT 'polite' UNION SELECT 'centipoints'
        UNION SELECT 'centipoint_squares') n;
INSERT INTO slow_sum SELECT 'SHOP', '', day, name, SUM(v) FROM slow_amount GROUP BY day, name;
INSERT INTO slow_sum
  SELECT g.kind, g.id, a.day, a.name, SUM(a.v) FROM slow_amount a JOIN slow_group g ON g.day = a.day AND g.agent = a.agent
  GROUP BY g.kind, g.id, a.day, a.name;

-- What each customer paid on a day, squared.
INSERT INTO slow_sum
  SELECT 'SHOP', '', day, 'sales_squares', SUM(m * m) FROM (
    SELECT day, customer, SUM(minor) m FROM slow_paid GROUP BY day, customer) buyer GROUP BY day
  UNION ALL SELECT kind, id, day, 'sales_squares', SUM(m * m) FROM (
    SELECT g.kind, g.id, p.day, p.customer, SUM(p.minor) m FROM slow_paid p JOIN slow_group g ON g.day = p.day AND g.agent = p.agent
    GROUP BY g.kind, g.id, p.day, p.customer) buyer GROUP BY kind, id, day;

-- Distinct customers.
INSERT INTO slow_sum
  SELECT 'SHOP', '', day, 'paid_customers', COUNT(DISTINCT customer) FROM slow_paid GROUP BY day
  UNION ALL SELECT g.kind, g.id, p.day, 'paid_customers', COUNT(DISTINCT p.customer) FROM slow_paid p
    JOIN slow_group g ON g.day = p.day AND g.agent = p.agent GROUP BY g.kind, g.id, p.day
  UNION ALL SELECT 'SHOP', '', d.day, 'handled_customers', COUNT(DISTINCT h.customer) FROM slow_handling h
    JOIN slow_day d ON h.s >= d.start_us AND h.s < d.end_us WHERE h.excluded = 0 GROUP BY d.day
  UNION ALL SELECT g.kind, g.id, d.day, 'handled_customers', COUNT(DISTINCT h.customer) FROM slow_handling h
    JOIN slow_day d ON h.s >= d.start_us AND h.s < d.end_us JOIN slow_group g ON g.day = d.day AND g.agent = h.agent
    WHERE h.excluded = 0 GROUP BY g.kind, g.id, d.day;
INSERT INTO slow_sum
  SELECT 'SHOP', '', p.day, 'repurchasers', COUNT(DISTINCT p.customer) FROM slow_paid p
    WHERE EXISTS (SELECT 1 FROM slow_paid q WHERE q.customer = p.customer AND q.id <> p.id AND q.day <= p.day
      AND q.day >= p.day - INTERVAL {4} DAY) GROUP BY p.day
  UNION ALL SELECT g.kind, g.id, p.day, 'repurchasers', COUNT(DISTINCT p.customer) FROM slow_paid p
    JOIN slow_group g ON g.day = p.day AND g.agent = p.agent
    WHERE EXISTS (SELECT 1 FROM slow_paid q WHERE q.customer = p.customer AND q.id <> p.id AND q.day <= p.day
      AND q.day >= p.day - INTERVAL {4} DAY) GROUP BY g.kind, g.id, p.day;

-- Of the shop only.
INSERT INTO slow_sum
  SELECT 'SHOP', '', day, 'visits', visits FROM slow_visit UNION ALL SELECT 'SHOP', '', day, 'clicks', clicks FROM slow_visit
  UNION ALL SELECT 'SHOP', '', day, 'ad_orders', ad_orders FROM slow_visit
  UNION ALL SELECT 'SHOP', '', day, 'ad_spend', ad_spend FROM slow_visit;
INSERT INTO slow_sum
  SELECT 'SHOP', '', day, 'silent_orders', COUNT(*) FROM slow_paid WHERE agent = '' GROUP BY day
  UNION ALL SELECT 'SHOP', '', day, 'silent_sales', SUM(minor) FROM slow_paid WHERE agent = '' GROUP BY day
  UNION ALL SELECT 'SHOP', '', d.day, 'orders', COUNT(*) FROM slow_order o
    JOIN slow_day d ON o.created >= d.start_us AND o.created < d.end_us WHERE o.excluded = 0 GROUP BY d.day
  UNION ALL SELECT 'SHOP', '', d.day, 'late_shipments', COUNT(*) FROM slow_order o
    JOIN slow_day d ON o.created >= d.start_us AND o.created < d.end_us
    WHERE o.excluded = 0 AND o.shipped > o.limit_t GROUP BY d.day)";

// Whose conversation it is: the last one who wrote in it by name, else the one who handled it last.
constexpr std::string_view kResponsible = R"(
CREATE VIEW slow_responsible AS SELECT c.conv, COALESCE(
    (SELECT m.agent FROM slow_message m WHERE m.conv = c.conv AND m.side = 'A' AND m.agent <> '' ORDER BY m.seq DESC LIMIT 1),
    (SELECT h.agent FROM slow_handling h WHERE h.conv = c.conv ORDER BY h.s DESC, h.e DESC, h.agent DESC LIMIT 1), '') agent
  FROM slow_conversation c)";

// Who wrote last in a rated conversation, on the day it began with a message or a handling.
constexpr std::string_view kRated = R"(
CREATE VIEW slow_rated AS SELECT d.day, c.rating, COALESCE((SELECT m.agent FROM slow_message m
    WHERE m.conv = c.conv AND m.side = 'A' AND m.agent <> '' ORDER BY m.seq DESC LIMIT 1), '') last_agent
  FROM slow_conversation c JOIN slow_day d ON c.begin_t >= d.start_us AND c.begin_t < d.end_us
  WHERE c.excluded = 0 AND c.rating > 0)";

// What is left out though no flag says so: of a customer with too many conversations on a day all
// of them that nobody has judged, and the orders that a fraudulent customer pays on the day or as
// long after it as they would be its result by any definition. {0}: how many conversations are not
// too many, {1}: so many days after.
constexpr std::string_view kScreen = R"(
UPDATE slow_conversation c SET begin_t = LEAST(t, COALESCE((SELECT MIN(s) FROM slow_handling h WHERE h.conv = c.conv), t));
UPDATE slow_conversation c JOIN slow_day d ON c.begin_t >= d.start_us AND c.begin_t < d.end_us
  JOIN (SELECT x.customer, e.day, COUNT(*) n FROM slow_conversation x JOIN slow_day e ON x.begin_t >= e.start_us
    AND x.begin_t < e.end_us GROUP BY x.customer, e.day) many ON many.customer = c.customer AND many.day = d.day
  SET c.excluded = 1, c.fraud = 1 WHERE many.n > {0} AND c.excluded = 0 AND c.judged = 0;
UPDATE slow_message m JOIN slow_conversation c ON c.conv = m.conv SET m.excluded = c.excluded;
UPDATE slow_handling h JOIN slow_conversation c ON c.conv = h.conv SET h.excluded = c.excluded;
UPDATE slow_handling h SET h.excluded = 1 WHERE NOT EXISTS (SELECT 1 FROM slow_message m WHERE m.conv = h.conv AND m.side = 'A');
UPDATE slow_order o SET excluded = COALESCE(reviewed, flagged OR EXISTS (SELECT 1 FROM slow_conversation c
  JOIN slow_day d ON c.begin_t >= d.start_us AND c.begin_t < d.end_us
  JOIN slow_day p ON p.day BETWEEN d.day AND d.day + INTERVAL {1} DAY WHERE c.fraud = 1 AND c.customer = o.customer
    AND o.paid >= p.start_us AND o.paid < p.end_us)))";

std::string Quoted(std::string_view text) { return fmt::format("'{}'", text); }
std::string OrNull(const std::optional<int64_t>& value) {
  return value ? fmt::to_string(*value) : "NULL";
}

}  // namespace

std::vector<LocalTime> LocalTimes(const std::string& zone, const std::vector<int64_t>& seconds) {
  const std::string path =
      fmt::format("/tmp/kefu-slow-path-{}", static_cast<const void*>(&seconds));
  {
    std::ofstream file(path);
    for (const int64_t second : seconds) file << '@' << second << '\n';
  }
  std::FILE* pipe = popen(fmt::format("TZ={} date -f {} '+%F %H %M'", zone, path).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no date(1)");
  std::vector<LocalTime> result;
  char day[16];
  int hour = 0, minute = 0;
  while (std::fscanf(pipe, "%15s %d %d", day, &hour, &minute) == 3)
    result.push_back({day, hour * 60 + minute});
  pclose(pipe);
  std::remove(path.c_str());
  if (result.size() != seconds.size()) throw std::runtime_error("date(1) does not know " + zone);
  return result;
}

void CreateTables(testing::TestDb& db) {
  db.Exec(kTables);
  db.Exec(kResponsible);
  db.Exec(kRated);
}

void Clear(testing::TestDb& db) {
  constexpr std::string_view kCreate = "CREATE TABLE ";
  for (size_t at = kTables.find(kCreate); at != std::string_view::npos;
       at = kTables.find(kCreate, at)) {
    at += kCreate.size();
    db.Exec(fmt::format("DELETE FROM {}", kTables.substr(at, kTables.find(' ', at) - at)));
  }
}

void Rows::Add(const std::string& table, const std::string& values) {
  std::string& insert = inserts_[table];
  insert += insert.empty() ? fmt::format("INSERT INTO slow_{} VALUES ", table) : ",";
  insert += "(" + values + ")";
}

void Rows::Message(std::string_view conversation, std::string_view customer, int seq,
                   int64_t time_us, char side, std::string_view agent, bool excluded) {
  earliest_us_ = std::min(earliest_us_, time_us);
  latest_us_ = std::max(latest_us_, time_us);
  Add("message", fmt::format("'{}','{}',{},{},'{}','{}',{:d}", conversation, customer, seq, time_us,
                             side, agent, excluded));
}

void Rows::Conversation(std::string_view conversation, std::string_view customer, int64_t first_us,
                        int rating, bool excluded, bool fraud, bool judged) {
  Add("conversation",
      fmt::format("'{}','{}',{},0,@{}@,{},{:d},{:d},{:d}", conversation, customer, first_us,
                  first_seconds_.size(), rating, excluded, fraud, judged));
  first_seconds_.emplace_back(conversation, first_us / 1'000'000);
}

void Rows::Handling(std::string_view conversation, std::string_view customer,
                    std::string_view agent, int64_t start_us, int64_t end_us, bool excluded) {
  Add("handling", fmt::format("'{}','{}','{}',{},{},{:d}", conversation, customer, agent, start_us,
                              end_us, excluded));
}

void Rows::Order(std::string_view order, std::string_view customer, int64_t create_us,
                 std::optional<int64_t> pay_us, std::optional<int64_t> minor,
                 std::optional<int64_t> ship_us, std::optional<int64_t> limit_us, bool new_buyer,
                 bool flagged, std::optional<bool> reviewed_as_excluded) {
  earliest_us_ = std::min(earliest_us_, create_us);
  latest_us_ = std::max({latest_us_, create_us, pay_us.value_or(create_us)});
  Add("order", fmt::format("'{}','{}',{},{},{},{},{},{:d},{:d},{},0", order, customer, create_us,
                           OrNull(pay_us), OrNull(minor), OrNull(ship_us), OrNull(limit_us),
                           new_buyer, flagged, OrNull(reviewed_as_excluded)));
}

void Rows::Refund(std::string_view order, int64_t time_us, int64_t minor) {
  latest_us_ = std::max(latest_us_, time_us);
  Add("refund", fmt::format("'{}',{},{}", order, time_us, minor));
}

void Rows::Review(std::string_view order, int64_t time_us, int score) {
  latest_us_ = std::max(latest_us_, time_us);
  Add("review", fmt::format("'{}',{},{}", order, time_us, score));
}

void Rows::Visits(std::string_view day, int64_t visits, int64_t clicks, int64_t ad_orders,
                  int64_t spend_minor) {
  Add("visit", fmt::format("'{}',{},{},{},{}", day, visits, clicks, ad_orders, spend_minor));
}

void Rows::Member(std::string_view agent, std::string_view team, std::string_view first_day,
                  std::string_view last_day) {
  Add("member", fmt::format("'{}','{}','{}','{}'", agent, team, first_day, last_day));
}

void Rows::Inspection(std::string_view conversation, std::string_view agent, int centipoints,
                      bool accurate, bool polite) {
  Add("inspection",
      fmt::format("'{}','{}',{},{:d},{:d}", conversation, agent, centipoints, accurate, polite));
}

void Rows::Base(std::string_view agent, std::string_view base, std::string_view first_day,
                std::string_view last_day) {
  Add("base",
      Quoted(agent) + "," + Quoted(base) + "," + Quoted(first_day) + "," + Quoted(last_day));
}

void Rows::Save(testing::TestDb& db, const std::string& zone, int fraud_days) {
  // The days: where the date changes between two steps.
  std::vector<int64_t> steps;
  const int64_t first = (earliest_us_ / 1'000'000 - kMarginSeconds) / kStepSeconds * kStepSeconds;
  for (int64_t at = first; at <= latest_us_ / 1'000'000 + kMarginSeconds; at += kStepSeconds)
    steps.push_back(at);
  const std::vector<LocalTime> local = LocalTimes(zone, steps);
  std::string day;
  int64_t start = 0;
  for (size_t i = 1; i < steps.size(); ++i) {
    Add("clock", fmt::format("{},'{}',{}", steps[i] * 1'000'000, local[i].day, local[i].minute));
    if (local[i].day == local[i - 1].day) continue;
    if (!day.empty())
      Add("day", fmt::format("'{}',{},{}", day, start * 1'000'000, steps[i] * 1'000'000));
    day = local[i].day;
    start = steps[i];
  }
  std::vector<int64_t> seconds;
  for (const auto& [conversation, second] : first_seconds_) seconds.push_back(second);
  const std::vector<LocalTime> begins = LocalTimes(zone, seconds);
  for (auto& [table, insert] : inserts_) {
    for (size_t i = 0; table == "conversation" && i < begins.size(); ++i) {
      const std::string mark = fmt::format("@{}@", i);
      insert.replace(insert.find(mark), mark.size(), fmt::to_string(begins[i].minute));
    }
    db.Exec(insert);
  }
  db.Exec(fmt::format(kScreen, kMostConversations, fraud_days));
}

namespace {

// Rows of a query: kind, id, day, two more columns.
template <class Use>
void ForEach(testing::TestDb& db, const char* select, Use use) {
  const auto rows = db.db().Read(absl::Now() + absl::Minutes(5), db::Sql{select});
  if (!rows.ok()) throw std::runtime_error(rows.status().ToString());
  for (const db::Row row : *rows) use(row);
}

}  // namespace

Figures Compute(testing::TestDb& db, const Rules& rules) {
  std::string script = fmt::format(
      kCompute, rules.attribution_days, rules.quiet_start_minute, rules.quiet_end_minute,
      rules.positive_score, rules.repurchase_days, rules.answer_seconds, rules.round_seconds,
      rules.start_minute, rules.end_minute, rules.workdays_only ? 1 : 0);
  // Comments hold semicolons of their own.
  for (size_t at; (at = script.find("--")) != std::string::npos;)
    script.erase(at, script.find('\n', at) - at);
  db.Exec(script);
  Figures figures;
  ForEach(db,
          "SELECT kind, id, CAST(day AS CHAR), name, CAST(SUM(v) AS SIGNED) FROM slow_sum GROUP BY "
          "kind, id, day, name",
          [&](const db::Row& row) {
            figures.sums[{row.Str(0), row.Str(1)}][row.Str(2)][row.Str(3)] = row.Int(4);
          });
  ForEach(db,
          "SELECT 'SHOP', '', CAST(day AS CHAR), gap FROM slow_gap UNION ALL SELECT g.kind, g.id, "
          "CAST(x.day AS CHAR), x.gap FROM slow_gap x JOIN slow_group g ON g.day = x.day AND "
          "g.agent = x.agent",
          [&](const db::Row& row) {
            figures.gaps[{row.Str(0), row.Str(1)}][row.Str(2)].push_back(row.Int(3));
          });
  return figures;
}

std::vector<int64_t> Figures::GapsIn(const Subject& subject, const std::string& first_day,
                                     const std::string& last_day) const {
  std::vector<int64_t> result;
  const auto days = gaps.find(subject);
  if (days == gaps.end()) return result;
  for (const auto& [day, of_day] : days->second) {
    if (day >= first_day && day <= last_day)
      result.insert(result.end(), of_day.begin(), of_day.end());
  }
  std::sort(result.begin(), result.end());
  return result;
}

void Add(const Figures& shop, Figures& all) {
  for (const auto& [subject, days] : shop.sums) {
    for (const auto& [day, sums] : days) {
      for (const auto& [name, sum] : sums) all.sums[subject][day][name] += sum;
    }
  }
  for (const auto& [subject, days] : shop.gaps) {
    for (const auto& [day, gaps] : days) {
      std::vector<int64_t>& together = all.gaps[subject][day];
      together.insert(together.end(), gaps.begin(), gaps.end());
    }
  }
}

}  // namespace kefu::performance::slow
