#!/usr/bin/env python3
"""subscription_laws.py SEED - one random history of subscriptions, lived twice.

In two databases: contracts with subscriptions, seats, linked credits, others that pay
for fees, and usage. In the one all is billed at the end, in the other day by day. Then

- both have the same invoices, but for their numbers;
- what a subscription is charged from an instant on stands on one invoice;
- what invoices show as applied is what ledgers show as deducted;
- no segment is ever below zero;
- the database finds nothing wrong with itself.
"""
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction

START = datetime(2024, 9, 1)
END = datetime(2024, 12, 20)
SET_UP = "2025-01-01T00:00:00Z"
FREQUENCIES = ["WEEKLY", "MONTHLY", "QUARTERLY"]

METRIC = {
    "name": "Calls",
    "aggregation_type": "COUNT",
    "event_type_filter": {"in_values": ["call"]},
    "property_filters": [{"name": "seat", "exists": True}],
    "group_keys": [["seat"]],
}
PRODUCTS = [
    {"name": "Seats", "type": "SUBSCRIPTION", "tags": ["fee"]},
    {"name": "Pro", "type": "SUBSCRIPTION"},
    {"name": "Calls", "type": "USAGE", "billable_metric_id": "Calls", "presentation_group_key": ["seat"]},
    {"name": "Credit", "type": "FIXED"},
    {"name": "Support", "type": "COMPOSITE", "composite_product_ids": ["Seats", "Calls"]},
]


class Database:
    def __init__(self, path):
        self.path = path
        self.now = SET_UP

    def tool(self, *command, given=()):
        done = subprocess.run(
            command,
            input="\n".join(json.dumps(record) for record in given),
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ, MTR_DB=self.path, MTR_NOW=self.now),
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: status {done.returncode}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]


def stamp(instant):
    return instant.strftime("%Y-%m-%dT%H:00:00Z")


def exact(record, key):
    return Fraction(record.get(key + "_exact", record[key]))


def hour(rng, first, last):
    return START + timedelta(hours=rng.randrange(first * 24, last * 24))


# ---- what there is ----


def rates(rng):
    all_of_them = [
        {"product_id": "Calls", "rate_type": "FLAT", "price": 700},
        {"product_id": "Support", "rate_type": "PERCENTAGE", "price": "0.1"},
    ]
    for product in ("Seats", "Pro"):
        for frequency in FREQUENCIES:
            price = rng.choice([300, 1000, 3100])
            all_of_them.append(
                {"product_id": product, "rate_type": "FLAT", "price": price, "billing_frequency": frequency}
            )
    fixed = {"rate_card_id": "List", "starting_at": "2020-01-01", "entitled": True}
    return [{**rate, **fixed} for rate in all_of_them]


def seats(rng):
    ids = rng.sample("cdefg", rng.randrange(5))
    return {
        "quantity_management_mode": "SEAT_BASED",
        "seat_config": {
            "seat_group_key": "seat",
            "initial_seat_ids": ["a", "b"],
            "initial_unassigned_seats": rng.randrange(3),
        },
        "updates": [{"starting_at": stamp(hour(rng, 10, 39)), "add_seat_ids": [one]} for one in ids],
    }


def quantities(rng):
    return {
        "initial_quantity": rng.randrange(6),
        "updates": [
            {"starting_at": stamp(hour(rng, 10, 39)), "quantity": rng.randrange(9)}
            for _ in range(rng.randrange(5))
        ],
    }


def subscription(rng, i):
    advance = rng.random() < 0.6
    proration = {"is_prorated": rng.random() < 0.7}
    cycle = {}
    if advance and rng.random() < 0.5:
        proration["invoice_behavior"] = "BILL_IMMEDIATELY"
    if advance and rng.random() < 0.3:
        cycle["anchor_date"] = f"2024-08-{rng.randrange(1, 28):02d}"
    if rng.random() < 0.2:
        cycle["invoice_placement"] = "ON_SCHEDULED_INVOICE"
    made = {
        "temporary_id": f"s{i}",
        "subscription_rate": {
            "product_id": rng.choice(["Seats", "Pro"]),
            "billing_frequency": rng.choice(FREQUENCIES),
        },
        "collection_schedule": "ADVANCE" if advance else "ARREARS",
        "proration": proration,
        **(seats(rng) if rng.random() < 0.4 else quantities(rng)),
    }
    if cycle:
        made["billing_cycle_config"] = cycle
    if rng.random() < 0.3:
        made["ending_before"] = stamp(hour(rng, 40, 80))
    return made


def linked(rng, i, of, start):
    individual = "seat_config" in of
    return {
        "product_id": "Credit",
        "name": f"Included {i}",
        "priority": 1,
        "access_amount": {"unit_price": rng.choice([500, 900])},
        "commit_duration": {"value": rng.choice([1, 1, 2])},
        "starting_at": start,
        "recurrence_frequency": rng.choice(["WEEKLY", "MONTHLY"]),
        "applicable_product_ids": ["Calls"],
        "subscription_config": {
            "subscription_id": f"s{i}",
            "allocation": "INDIVIDUAL" if individual else "POOLED",
            "apply_seat_increase_config": {"is_prorated": rng.random() < 0.5},
        },
    }


def credit(rng, name):
    start = hour(rng, 10, 50)
    made = {
        "product_id": "Credit",
        "name": name,
        "priority": rng.choice([2, 3]),
        "access_schedule": {
            "schedule_items": [
                {
                    "amount": rng.choice([1000, 5000, 20000]),
                    "starting_at": stamp(start),
                    "ending_before": stamp(start + timedelta(days=rng.randrange(5, 60))),
                }
            ]
        },
    }
    if rng.random() < 0.3:
        made["applicable_product_tags"] = ["fee"]
    return made


def contract(rng, i):
    start = stamp(START + timedelta(days=rng.randrange(10)))
    subscriptions = [subscription(rng, k) for k in range(rng.randrange(1, 4))]
    made = {
        "name": f"Contract {i}",
        "customer_id": "Acme",
        "rate_card_id": "List",
        "starting_at": start,
        "subscriptions": subscriptions,
        "recurring_credits": [
            linked(rng, k, one, start) for k, one in enumerate(subscriptions) if rng.random() < 0.6
        ],
        "credits": [credit(rng, f"Credit {i}.{k}") for k in range(rng.randrange(3))],
        "usage_statement_schedule": {
            "frequency": rng.choice(["MONTHLY", "WEEKLY"]),
            "day": rng.choice(["FIRST_OF_MONTH", "CONTRACT_START"]),
            "grace_hours": rng.choice([0, 24, 72]),
        },
    }
    if rng.random() < 0.4:
        made["ending_before"] = stamp(hour(rng, 60, 90))
    return made


def events(rng):
    return [
        {
            "transaction_id": f"t{i}",
            "customer_id": "acme",
            "event_type": "call",
            "timestamp": stamp(hour(rng, 0, 85)),
            "properties": {"seat": rng.choice("abcdxy")},
        }
        for i in range(1 + rng.randrange(40))
    ]


def fill(db, rng):
    db.tool("mtr-db", "init", "--id=00000000-0000-8000-8000-000000000001")
    db.tool("mtr-metric", "create", given=[METRIC])
    db.tool("mtr-product", "create", given=PRODUCTS)
    db.tool("mtr-ratecard", "create", given=[{"name": "List"}])
    db.tool("mtr-ratecard", "add-rates", given=rates(rng))
    db.tool("mtr-customer", "create", given=[{"name": "Acme", "ingest_aliases": ["acme"]}])
    db.tool("mtr-contract", "create", given=[contract(rng, i) for i in range(rng.choice([1, 1, 2]))])
    if rng.random() < 0.5:
        db.tool("mtr-balance", "create", given=[{**credit(rng, "Shared"), "customer_id": "Acme"}])
    db.tool("mtr-ingest", given=events(rng))


# ---- what must hold ----


def bill(db, steps):
    for step in steps:
        db.now = stamp(step)
        db.tool("mtr-invoice", "run", "-q")
    db.now = stamp(END)
    db.tool("mtr-invoice", "run", "-q")
    invoices = db.tool("mtr-invoice", "list")
    for invoice in invoices:
        invoice.pop("invoice_number")
    return {invoice["id"]: invoice for invoice in invoices}


def days(rng):
    step = START
    while step < END:
        yield step
        step += timedelta(hours=rng.choice([24, 31, 100, 200]))


def check_charged_once(invoices):
    charged = defaultdict(set)
    for invoice in invoices.values():
        for line in invoice["line_items"]:
            if line["type"] == "subscription":
                charged[line["subscription_id"], line["starting_at"]].add(invoice["id"])
    for what, where in charged.items():
        if len(where) > 1:
            sys.exit(f"charged more than once: {what} on {sorted(where)}")
    return len(charged)


def check_balances(db, invoices):
    applied = defaultdict(Fraction)
    for invoice in invoices.values():
        for line in invoice["line_items"]:
            if line["type"] == "applied_commit_or_credit":
                applied[line["commit_id"]] -= exact(line, "total")
    for balance in db.tool("mtr-balance", "list", "--ledgers", "--final"):
        left = defaultdict(Fraction)
        for entry in balance["ledger"]:
            left[entry["segment_id"]] += exact(entry, "amount")
            if left[entry["segment_id"]] < 0:
                sys.exit(f"below zero: {balance['name']}: {entry}")
            if entry["type"].endswith("DEDUCTION"):
                applied[balance["id"]] += exact(entry, "amount")
        if applied[balance["id"]] != 0:
            sys.exit(f"applied is not deducted: {balance['name']}: {applied[balance['id']]}")


def main():
    seed = int(sys.argv[1])
    once, daily = Database("once.db"), Database("daily.db")
    for db in (once, daily):
        fill(db, random.Random(seed))
    at_the_end = bill(once, [])
    day_by_day = bill(daily, days(random.Random(seed)))
    if at_the_end != day_by_day:
        differing = [i for i in at_the_end.keys() | day_by_day.keys() if at_the_end.get(i) != day_by_day.get(i)]
        sys.exit(f"billed day by day these differ: {sorted(differing)}")
    charged = check_charged_once(day_by_day)
    check_balances(daily, day_by_day)
    daily.tool("mtr-db", "check")
    print(f"{len(day_by_day)} invoices, {charged} charges")


if __name__ == "__main__":
    main()
