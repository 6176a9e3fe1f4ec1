"""The network and the plans of the warehouse on the real tables, through kefuctl and a suite that is up.

warehouse_plans_test.py BIN_FOLDER
"""

import csv
import json
import os
import sys
import unittest
import urllib.request
from collections import defaultdict

from running import RunningSuite, data_folder

CHINA = os.path.join(data_folder(), "china")
TABLES = os.path.join(data_folder(), "warehouses")
DAYS = 30  # June 2023
BIN = ""


def rows(name):
    with open(os.path.join(TABLES, name), encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {key.strip(): value.strip() for key, value in row.items()}


def a_day(over_june):
    return (2 * over_june + DAYS) // (2 * DAYS)  # half up


class WarehousePlans(unittest.TestCase):
    """One suite for all: each test uses nodes and series of its own."""

    @classmethod
    def setUpClass(cls):
        cls.suite = cls.enterClassContext(RunningSuite(BIN))

    def ask(self, *arguments):
        return json.loads(self.suite.kefuctl(*arguments, "--format", "json"))

    def post(self, path, body):
        with open(self.suite.token_file, encoding="utf-8") as file:
            token = file.read().strip()
        request = urllib.request.Request(self.suite.url + path, json.dumps(body).encode(),
                                         {"Authorization": "Bearer " + token, "Content-Type": "application/json"})  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def write(self, name, header, lines):
        path = os.path.join(self.suite.folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *lines])
        return path

    def test_the_reference_network_is_loaded_once(self):
        generate = ("network", "generate", "--china", CHINA)
        shape = self.ask(*generate)
        kinds = {"LOGISTICS_CENTRE": 6, "CITY_WAREHOUSE": 27, "DELIVERY_STATION": 1000, "PICKUP_POINT": 300}
        self.assertEqual((shape["nodes"], shape["districts"], shape["by_kind"]), (1333, 1188, kinds))
        self.assertIn("1188", self.suite.kefuctl(*generate))
        self.assertEqual(self.ask(*generate, "--load", "--skus", "300"), {"created": 1633, "unchanged": 0})
        self.assertEqual(self.ask(*generate, "--load", "--skus", "300"), {"created": 0, "unchanged": 1633})

    def test_sites(self):
        plan = self.ask("network", "advise", "--data", TABLES, "--time-limit", "45")
        self.assertEqual(plan["status"], "PLAN_STATUS_OPTIMAL")
        self.assertEqual(len(plan["sites"]), 47)
        self.assertEqual(plan["objective"], {"currency_code": "CNY", "minor_units": "9710329"})
        self.assertEqual(plan["gap_bps"], 0)
        rents = {row["仓库"]: round(float(row["仓租日成本"]) * 100) for row in rows("warehouses.csv")}
        self.assertEqual(sum(rents[site["site_id"]] for site in plan["sites"]), 9_710_329)
        words = self.suite.kefuctl("network", "advise", "--data", TABLES, "--time-limit", "45")
        self.assertIn("45 demands, 140 candidates, 47 to open; cost a day CNY 97,103.29", words)

    def test_slotting(self):
        """The tables name no bins: they are made up here, 20 aisles of 20, filled in the order of the categories."""
        node = self.post("/kefu.warehouse.v1.WarehouseService/CreateNode", {"node": {
            "displayName": "Slotting", "externalId": "slotting", "kind": "NODE_KIND_CITY_WAREHOUSE"}})["nodeId"]  # fmt: skip
        bins = [(f"{aisle:02}-{place:02}", f"{aisle:02}", place, 600 + abs(aisle - 10) * 400 + place * 120)
                for aisle in range(1, 21) for place in range(1, 21)]  # fmt: skip
        categories = [row["品类"] for row in rows("categories.csv")]
        bin_of = dict(zip(categories, bins))
        picks = defaultdict(int)
        for row in rows("category_sales_daily.csv"):
            picks[row["品类"]] += int(row["销量"]) if row["日期"].startswith("2023/6/") else 0
        files = {
            "bins": self.write("bins.csv", ["location", "aisle", "position", "distance_cm"], bins),
            "locations": self.write("locations.csv", ["sku", "location"], [(sku, place[0]) for sku, place in bin_of.items()]),
        }
        self.assertEqual(
            self.ask("slotting", "import", "--node", "slotting", "--skus", os.path.join(TABLES, "categories.csv"), "--bins", files["bins"]),
            {"skus_created": 350, "bins_written": 400})  # fmt: skip
        plan = ("slotting", "plan", "--node", node, "--from", "2023-06-01", "--to", "2023-06-30",
                "--picks", os.path.join(TABLES, "category_sales_daily.csv"), "--locations", files["locations"])  # fmt: skip

        # Without affinity: there and back for each pick; best is the most picked in the nearest bin.
        alone = self.ask(*plan, "--moves", "-1")
        walked = sum(2 * count * bin_of[sku][3] for sku, count in picks.items())
        nearest = sorted(place[3] for place in bins)
        least = sum(2 * count * way for count, way in zip(sorted(picks.values(), reverse=True), nearest))
        self.assertEqual(int(alone["walking_before_cm_per_day"]), a_day(walked))
        self.assertEqual(int(alone["walking_best_cm_per_day"]), a_day(least))
        self.assertEqual(alone["walking_after_cm_per_day"], alone["walking_best_cm_per_day"])
        self.assertEqual([slot["picks"] for slot in alone["slots"]], [str(n) for n in sorted(picks.values(), reverse=True)])

        affinity = os.path.join(TABLES, "category_affinity.csv")
        self.assertEqual(self.ask("slotting", "import", "--affinity", affinity),
                         {"affinities_written": 3164, "affinities_refused": 0})  # fmt: skip
        together = self.ask(*plan, "--moves", "20")
        self.assertEqual(len(together["moves"]), 20)
        before, after, best, saved = (int(together[name + "_cm_per_day"]) for name in (
            "walking_before", "walking_after", "walking_best", "affinity_saved"))  # fmt: skip
        self.assertGreater(before, after)
        self.assertGreater(after, best)
        self.assertGreater(saved, 0)
        groups = {move["group"]: int(move["group_saved_cm_per_day"]) for move in together["moves"]}
        self.assertEqual([move["group"] for move in together["moves"]], sorted(move["group"] for move in together["moves"]))
        self.assertTrue(all(gain > 0 for gain in groups.values()))
        # A walk saved is counted once, where two groups share a pair of goods.
        self.assertAlmostEqual(before - after, sum(groups.values()), delta=len(groups))
        words = self.suite.kefuctl(*plan, "--moves", "20")
        self.assertIn("350 SKUs", words)
        self.assertIn(f"{after // 100:,}.{after % 100:02} m after the moves", words)

    def test_replenishment(self):
        sales = os.path.join(TABLES, "category_sales_daily.csv")
        first = self.ask("replenishment", "import", sales, "--level", "category")
        self.assertEqual((first["row_count"], first["created_count"]), ("59396", "59396"))
        again = self.ask("replenishment", "import", sales, "--level", "category")
        self.assertEqual(again["unchanged_count"], "59396")
        question = ("replenishment", "plan", "--level", "category", "--as-of", "2023-05-31",
                    "--stock", os.path.join(TABLES, "category_stock_monthly.csv"))  # fmt: skip
        answer = self.ask(*question, "--all", "--limit", "1000")
        opening = {row["品类"]: int(row["库存量"]) for row in rows("category_stock_monthly.csv") if row["月份"] == "2023/6/1"}
        lines = {line["series_id"]: {key: int(line[key]) for key in ("available", "order_point", "order_up_to", "suggested_quantity")}
                 for line in answer["lines"]}  # fmt: skip
        self.assertEqual(len(lines), int(answer["plan"]["line_count"]))
        for category, line in lines.items():
            with self.subTest(category=category):
                self.assertEqual(line["available"], opening.get(category, line["available"]))
                low = line["available"] <= line["order_point"]
                self.assertEqual(line["suggested_quantity"], max(0, line["order_up_to"] - line["available"]) if low else 0)
        ordered = [line for line in lines.values() if line["suggested_quantity"] > 0]
        self.assertEqual(len(ordered), int(answer["plan"]["order_count"]))
        self.assertIn(f"{len(lines)} items, {len(ordered)} to order", self.suite.kefuctl(*question))


if __name__ == "__main__":
    BIN = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
