"""The suite on the real data sets: the figures are those of the files, whatever is sent twice or killed on the way.

real_data_test.py BIN_FOLDER
"""

import json
import os
import signal
import subprocess
import sys
import time
import unittest
import urllib.request

import reference
from running import SUITE, RunningSuite, data_folder

DATA = data_folder()
CALLS = os.path.join(DATA, "call_centre", "february_1999.tsv")
OLIST = os.path.join(DATA, "olist")
BIN = ""


class RealData(unittest.TestCase):
    maxDiff = None

    def test_one_command_prints_the_month(self):
        done = subprocess.run(
            [sys.executable, "-B", SUITE, "--bin-dir", BIN, "--once", "--json", "--data", DATA],
            stdout=subprocess.PIPE, text=True)  # fmt: skip
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.count("\n"), 1, "one line with one object")
        self.assertEqual(json.loads(done.stdout), {"call_centre": reference.call_centre(CALLS), "olist": reference.olist(OLIST)})


class Crashes(unittest.TestCase):
    """Importing again after any kill -9 gives the same figures as importing once."""

    maxDiff = None

    def figures(self, suite):
        return {
            "call_centre": json.loads(suite.kefuctl("report", "call-centre", "--format", "json")),
            "olist": json.loads(suite.kefuctl("report", "olist", "--format", "json")),
        }

    def import_until_it_works(self, suite, *arguments):
        for _ in range(60):
            done = suite.kefuctl("import", *arguments, check=False)
            if done.returncode == 0:
                return
            time.sleep(1)  # the supervisor starts what died again
        self.fail(f"import {arguments} never succeeded: {done.stderr}")

    def kill_during_import(self, suite, program, delay):
        importing = subprocess.Popen(
            [os.path.join(BIN, "kefuctl"), "--gateway", suite.url.removeprefix("http://"), "--token-file", suite.token_file,
             "import", "call-centre", CALLS],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(delay)
        pid = suite.pid_of(program)
        self.assertIsNotNone(pid, program)
        os.kill(pid, signal.SIGKILL)
        importing.wait()

    def test_kills_in_the_middle_of_an_import(self):
        expected = {"call_centre": reference.call_centre(CALLS), "olist": reference.olist(OLIST)}
        with RunningSuite(BIN, "--data", DATA) as suite:
            self.assertEqual(self.figures(suite), expected)
            for program, delay in (("kefu-performance", 0.3), ("mariadbd", 0.5), ("kefu-gateway", 0.4), ("kefu-staffing", 0.1),
                                   ("kefu-performance", 0.9), ("mariadbd", 1.2)):  # fmt: skip
                with self.subTest(killed=program, after=delay):
                    self.kill_during_import(suite, program, delay)
                    self.import_until_it_works(suite, "call-centre", CALLS)
                    self.import_until_it_works(suite, "olist", OLIST)
                    self.assertEqual(self.figures(suite), expected)

    def test_late_shipments_and_low_reviews_become_cases(self):
        with RunningSuite(BIN, "--data", DATA) as suite:
            report = json.loads(suite.kefuctl("report", "olist", "--format", "json"))
            taken = json.loads(suite.kefuctl("cases", "import-olist", OLIST, "--format", "json"))
            for name in ("late_shipments", "late_compensation_minor"):
                self.assertEqual(taken[name], report[name], name)
                self.assertEqual(taken[name], reference.olist(OLIST)[name], name)
            self.assertEqual(taken["low_reviews"], reference.low_reviews(OLIST))
            self.assertEqual(taken["claims"]["opened"], report["late_shipments"])
            self.assertEqual(taken["complaints"]["opened"], taken["low_reviews"])
            self.assertEqual(taken["claims"]["refused"] + taken["complaints"]["refused"], 0)
            again = json.loads(suite.kefuctl("cases", "import-olist", OLIST, "--format", "json"))
            self.assertEqual(again["claims"]["known"], taken["claims"]["opened"])
            self.assertEqual(again["complaints"]["known"], taken["complaints"]["opened"])
            self.assertEqual(again["claims"]["opened"] + again["complaints"]["opened"], 0)
            listed = json.loads(suite.kefuctl("cases", "list", "--shop", "olist", "--limit", "100000", "--format", "json"))
            self.assertEqual(len(listed["cases"]), taken["claims"]["opened"] + taken["complaints"]["opened"])

    def test_the_same_figures_from_curl_and_metrics(self):
        with RunningSuite(BIN, "--data", DATA) as suite:
            shops = self.post(suite, "/kefu.staffing.v1.StaffingService/ListShops", {})["shops"]
            shop = next(s["shopId"] for s in shops if s["externalId"] == "call-centre")
            view = self.post(suite, "/kefu.gateway.v1.GatewayService/GetShopPeriod", {"shopId": shop})
            by_curl = {f["metricId"]: f.get("value") for f in view["figures"]}
            by_metrics = json.loads(suite.kefuctl("metrics", "--shop", "call-centre", "--format", "json"))
            expected = reference.call_centre(CALLS)
            for name in ("consulted", "replied", "reply_rate"):
                self.assertEqual(by_curl[name], expected[name])
                self.assertIn(f'"{name}": {json.dumps(expected[name])}', json.dumps(by_metrics))

    def post(self, suite, path, body):
        with open(suite.token_file, encoding="utf-8") as file:
            token = file.read().strip()
        request = urllib.request.Request(suite.url + path, json.dumps(body).encode(),
                                         {"Authorization": "Bearer " + token, "Content-Type": "application/json"})  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


if __name__ == "__main__":
    BIN = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
