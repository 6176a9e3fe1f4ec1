"""The figures that the real data sets must give, computed straight from the files, sharing nothing with the suite."""

import csv
import math
import os
from collections import defaultdict
from datetime import datetime, timedelta


def rounded(numerator, denominator, decimals=6):
    """Half up, in whole numbers."""
    scale = 10**decimals
    return (numerator * scale * 2 + denominator) // (denominator * 2) / scale


def seconds_of(clock):
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def call_centre(path):
    consulted, replied = set(), set()
    agents = defaultdict(lambda: {"days": set(), "waits": [], "services": []})
    with open(path, encoding="utf-8", newline="") as file:
        for raw in csv.DictReader(file, delimiter="\t"):
            row = {key.strip(): value.strip() for key, value in raw.items()}
            if row["outcome"] == "PHANTOM":
                continue
            entry, leave = seconds_of(row["vru_entry"]), seconds_of(row["vru_exit"])
            asked = datetime.strptime("19" + row["date"], "%Y%m%d") + timedelta(seconds=leave, days=1 if leave < entry else 0)
            call = row["vru+line"] + "/" + row["call_id"]
            customer = row["customer_id"] if row["customer_id"] != "0" else "unknown " + call
            day = (customer, asked.date())
            consulted.add(day)
            if row["outcome"] != "AGENT":
                continue
            replied.add(day)
            if row["server"] != "NO_SERVER":
                agent = agents[row["server"]]
                agent["days"].add(day)
                agent["waits"].append(int(row["q_time"]))
                agent["services"].append(int(row["ser_time"]))
    rows = []
    for name in sorted(agents):
        agent = agents[name]
        waits = sorted(agent["waits"])
        rows.append(
            {
                "agent": name,
                "consulted": len(agent["days"]),
                "replied": len(agent["days"]),
                "response_seconds_mean": rounded(sum(waits), len(waits)),
                "response_seconds_p90": waits[math.ceil(0.9 * len(waits)) - 1],
                "handle_seconds_mean": rounded(sum(agent["services"]), len(agent["services"])),
            }
        )
    return {
        "consulted": len(consulted),
        "replied": len(replied),
        "reply_rate": rounded(len(replied), len(consulted)),
        "agents": rows,
    }


def minor(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 100 + int((fraction + "00")[:2])


def olist(folder):
    def rows(name):
        with open(os.path.join(folder, f"olist_{name}_dataset.csv"), encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)

    paid = defaultdict(int)
    for row in rows("order_payments"):
        paid[row["order_id"]] += minor(row["payment_value"])
    limit = {}
    for row in rows("order_items"):
        order, time = row["order_id"], row["shipping_limit_date"]
        limit[order] = min(limit.get(order, time), time)
    orders = list(rows("orders"))
    sold = [o["order_id"] for o in orders if o["order_approved_at"] and o["order_id"] in paid]
    late = [
        o["order_id"]
        for o in orders
        if o["order_delivered_carrier_date"]
        and o["order_id"] in limit
        and o["order_delivered_carrier_date"] > limit[o["order_id"]]
    ]
    scores = [int(row["review_score"]) for row in rows("order_reviews")]
    return {
        "orders": len(orders),
        "paid_orders": len(sold),
        "sales_minor": sum(paid[order] for order in sold),
        "late_shipments": len(late),
        "late_compensation_minor": sum(min(max((paid[order] * 30 + 50) // 100, 500), 50_000) for order in late),
        "reviews": len(scores),
        "positive_review_rate": rounded(sum(score >= 4 for score in scores), len(scores)),
    }


def low_reviews(folder, score=2):
    """How many reviews have this score or less."""
    with open(os.path.join(folder, "olist_order_reviews_dataset.csv"), encoding="utf-8-sig", newline="") as file:
        return sum(int(row["review_score"]) <= score for row in csv.DictReader(file))
