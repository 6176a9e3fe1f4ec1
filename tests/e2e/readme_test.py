"""Every command of the README does what it says, on a demo suite that is up. readme_test.py BIN_FOLDER"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
import unittest

from running import ROOT, RunningSuite

BIN = ""


def blocks():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        return re.findall(r"```sh\n(.*?)```", file.read(), re.S)


class Readme(unittest.TestCase):
    def test_the_two_commands_exist(self):
        for line in blocks()[0].splitlines():
            name = line.split()[1]
            done = subprocess.run([os.path.join(ROOT, "dev"), "help"], capture_output=True, text=True, check=True)
            self.assertRegex(done.stdout, rf"\b{name}\b")

    def test_the_table_of_kefuctl_names_what_there_is(self):
        """The commands themselves run in warehouse_plans_test.py."""
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            table = file.read().split("| kefuctl for the warehouse |")[1].split("\n\n")[0]
        commands = re.findall(r"^\| `([^`]+)` \|", table, re.M)
        self.assertGreaterEqual(len(commands), 6)
        for command in commands:
            with self.subTest(command=command):
                topic, verb = command.split()[:2]
                done = subprocess.run([os.path.join(BIN, "kefuctl"), topic, verb, "--help"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                for option in re.findall(r"--[a-z-]+", command):
                    self.assertRegex(done.stdout, rf"\s{option}\b")

    def test_calls(self):
        with RunningSuite(BIN) as suite:
            shops = subprocess.run(
                ["curl", "-sf", suite.url + "/kefu.staffing.v1.StaffingService/ListShops", "-d", "{}",
                 "-H", "Content-Type: application/json", "-H", "Authorization: Bearer " + self.token(suite)],
                capture_output=True, text=True, check=True).stdout  # fmt: skip
            shop = json.loads(shops)["shops"][0]["shopId"]
            self.follows_from_decisions(suite)
            case = json.loads(suite.kefuctl("cases", "--shop", shop, "--state", "open", "--format", "json"))["cases"][0]["case_id"]
            environment = {**os.environ, "URL": suite.url, "TOKEN": suite.token_file, "SHOP": shop, "CASE": case, "GRPC": suite.grpc["performance"]}
            commands = blocks()[1].replace("build/release/bin", BIN).replace("\\\n", " ").splitlines()
            printed = []
            for command in commands:
                with self.subTest(command=command):
                    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertTrue(done.stdout.strip(), "prints something")
                    printed.append(done.stdout)
            self.assertIn('"figures"', printed[0])
            self.assertIn("event: kefu.staffing.v1.", printed[1])
            # C++, Python and JavaScript print the same figures.
            values = [dict(line.split() for line in text.splitlines()) for text in printed[2:5]]
            self.assertEqual(values[0].keys(), values[1].keys())
            self.assertEqual(values[0]["consulted"], values[1]["consulted"])
            self.assertEqual(values[0]["consulted"], values[2]["consulted"])
            evidence = json.loads(printed[-3])
            self.assertRegex(evidence["reference"], rf"/{shop}/{evidence['sha256']}\.pdf$")
            self.assertIn(evidence["reference"], printed[-2])
            with open(printed[-1].strip(), "rb") as file:
                self.assertEqual(hashlib.sha256(file.read()).hexdigest(), evidence["sha256"])

    def follows_from_decisions(self, suite):
        """What followed from the demo's decisions runs on: goods are awaited and sent, nothing is undone or stuck."""
        deadline = time.time() + 60
        while True:
            processes = json.loads(suite.kefuctl("process", "list", "--format", "json"))["processes"]
            if time.time() > deadline or all(p["state"] != "PROCESS_STATE_RUNNING" for p in processes):
                break
            time.sleep(0.2)
        stands = {}
        for process in processes:
            stands.setdefault(process["kind"].removeprefix("PROCESS_KIND_"), set()).add((process["state"].removeprefix("PROCESS_STATE_"), process.get("awaits", "")))
        self.assertEqual(stands["RETURN"], {("WAITING", "GOODS_INSPECTED")}, processes)
        self.assertEqual(stands["EXCHANGE"], {("WAITING", "GOODS_INSPECTED")}, processes)
        self.assertEqual(stands["REISSUE"], {("WAITING", "GOODS_SHIPPED")}, processes)
        for kind in ("REFUND", "COMPENSATION", "ADVANCE_PAYMENT"):
            self.assertEqual(stands[kind], {("DONE", "")}, kind)
        # People read what they know the goods by, beside the warehouse's ids.
        process = next(p for p in processes if p["kind"] == "PROCESS_KIND_RETURN")
        for shown in (suite.kefuctl("process", "show", process["process_id"]), suite.kefuctl("cases", "show", process["case_id"])):
            self.assertRegex(shown, r"YQ-[a-z]+-\d\d \([0-9A-Z]{26}\) × \d")

    def token(self, suite):
        with open(suite.token_file, encoding="utf-8") as file:
            return file.read().strip()


if __name__ == "__main__":
    BIN = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
