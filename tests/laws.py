#!/usr/bin/env python3
"""laws.py SEED DIR - write random usage for tests/laws.bats.

In DIR: events.ndjson (distinct events), repeated.ndjson (some of them again),
total.json (what each customer's September costs, exactly, computed here with
fractions: COUNT, SUM, MAX and UNIQUE, flat and tiered prices).
"""
import json
import random
import sys
from fractions import Fraction

CUSTOMERS = ["acme", "northwind", "pixelforge"]
REGIONS = ["EU", "US", "APAC"]
TIERS = [(100, Fraction(3)), (400, Fraction(5, 2)), (None, Fraction(7, 10))]


def event(rng, i):
    value = rng.choice(
        [
            rng.randrange(0, 500),
            f"{rng.randrange(0, 50)}.{rng.randrange(1, 1000):03d}",
            str(rng.randrange(1, 9)),
            "n/a",
            -rng.randrange(1, 40),
        ]
    )
    second = rng.randrange(0, 30 * 86400)
    day, rest = divmod(second, 86400)
    stamp = f"2024-09-{day + 1:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"
    properties = {"region": rng.choice(REGIONS), "bytes": value, "user": f"u{rng.randrange(20)}"}
    if rng.random() < 0.1:
        del properties["bytes"]
    return {
        "transaction_id": f"t-{i}",
        "timestamp": stamp,
        "customer_id": rng.choice(CUSTOMERS),
        "event_type": rng.choice(["call", "call", "ping"]),
        "properties": properties,
    }


def number(value):
    try:
        return Fraction(str(value))
    except ValueError:
        return None


def tiered(quantity):
    total, left = Fraction(0), quantity
    for size, price in TIERS:
        if left <= 0 and size is not TIERS[0][0]:
            break
        part = left if size is None or left < size else Fraction(size)
        total += part * price
        left -= part
    return total


def price(events):
    calls = [e for e in events if e["event_type"] == "call"]
    total = Fraction(len(calls)) * Fraction(1, 3)
    for region in REGIONS:
        here = [e["properties"] for e in calls if e["properties"]["region"] == region]
        numbers = [number(p["bytes"]) for p in here if "bytes" in p]
        numbers = [n for n in numbers if n is not None]
        total += tiered(sum(numbers, Fraction(0)))
    numbers = [number(e["properties"]["bytes"]) for e in calls if "bytes" in e["properties"]]
    numbers = [n for n in numbers if n is not None]
    if numbers:
        total += max(numbers) * 11
    total += len({e["properties"]["user"] for e in calls}) * 100
    return total


def main():
    rng = random.Random(int(sys.argv[1]))
    events = [event(rng, i) for i in range(rng.randrange(50, 400))]
    again = [rng.choice(events) for _ in range(40)]
    for name, rows in (("events", events), ("repeated", again)):
        with open(f"{sys.argv[2]}/{name}.ndjson", "w") as f:
            f.writelines(json.dumps(e) + "\n" for e in rows)
    totals = {c: price([e for e in events if e["customer_id"] == c]) for c in CUSTOMERS}
    with open(f"{sys.argv[2]}/total.txt", "w") as f:
        f.writelines(f"{c} {t}\n" for c, t in sorted(totals.items()))


main()
