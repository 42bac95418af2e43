#!/usr/bin/env python3
"""sql_oracle - SQL metrics against the same computed with fractions.

    sql_oracle.py SEED EVENTS

Writes a database of random events in the current directory, runs each query
below with mtr-metric test, and compares every row with what Python makes of
the same events. Prints one line a query that differs; the status is 1 then.
"""
import json
import math
import random
import re
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
START = "2026-01-"


def text(value):
    """The one text of a scalar; None: it has none."""
    if value is None or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def number(value):
    if isinstance(value, Fraction):
        return value
    if value is None or not NUMBER.match(value):
        return None
    return Fraction(value)


def compare(x, y):
    """As numbers where both are, else as bytes; None where one is null."""
    if x is None or y is None:
        return None
    m, n = number(x), number(y)
    if m is not None and n is not None:
        return (m > n) - (m < n)
    x, y = (canonical(v).encode() for v in (x, y))
    return (x > y) - (x < y)


def canonical(value):
    """The exact text of a number, as it is printed for groups."""
    if not isinstance(value, Fraction):
        return value
    places = 0
    while places <= 20 and value.denominator != 1 and (10**places) % value.denominator:
        places += 1
    if places > 20:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value * 10**places)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}")


def numbers(values):
    return [n for n in map(number, values) if n is not None]


def total(values):
    found = numbers(values)
    return sum(found, Fraction(0)) if found else None


def mean(values):
    found = numbers(values)
    return sum(found, Fraction(0)) / len(found) if found else None


def rank(value):
    n = number(value)
    return (0, n, b"") if n is not None else (1, 0, value.encode())


def numbers_first(values, of=lambda v: v):
    """The values that are numbers, where there are any: texts contribute nothing beside them."""
    found = [v for v in values if of(v) is not None]
    return [v for v in found if number(of(v)) is not None] or found


def extreme(values, pick):
    found = numbers_first(values)
    return pick(found, key=rank) if found else None


def greatest(*values):
    return max(values, key=rank)


def half_away(value, places=0):
    scaled = abs(value) * 10**places
    rounded = math.floor(scaled + Fraction(1, 2))
    return Fraction(rounded if value >= 0 else -rounded) / 10**places


def plus(*values):
    found = [number(v) for v in values]
    return None if None in found else sum(found, Fraction(0))


def grouped(events, key):
    groups = defaultdict(list)
    for e in events:
        groups[key(e)].append(e)
    return groups


def column(events, name):
    return [e["p"].get(name) for e in events]


def in_time(events, name, pick):
    found = numbers_first(events, lambda e: e["p"].get(name))
    return pick(found, key=lambda e: (e["at"], e["id"].encode()))["p"][name] if found else None


def case_price(e):
    a = e["p"].get("a")
    if compare(a, "10") is not None and compare(a, "10") > 0:
        return plus(a, "0.1")
    if e["p"].get("k") in ("x", "y"):
        return Fraction(1, 3)
    return None


def divided(e):
    a, b = number(e["p"].get("a")), number(e["p"].get("b"))
    return None if a is None or not b else a / b


def nested(events):
    rows = grouped(events, lambda e: (e["p"].get("k"), e["at"][:10]))
    best = defaultdict(list)
    for (k, _), part in rows.items():
        best[k].append(extreme(column(part, "a"), max))
    return {(k,): mean(v) for k, v in best.items()}


def one(value):
    return {(): value}


QUERIES = [
    ("SELECT SUM(properties.a) AS value FROM events", lambda ev: one(total(column(ev, "a")))),
    ("SELECT AVG(properties.b) AS value FROM events", lambda ev: one(mean(column(ev, "b")))),
    ("SELECT MIN(properties.a) AS value FROM events", lambda ev: one(extreme(column(ev, "a"), min))),
    ("SELECT MAX(CAST(properties.a AS DECIMAL)) AS value FROM events",
     lambda ev: one(max(numbers(column(ev, "a")), default=None))),
    ("SELECT COUNT(DISTINCT properties.a) AS value FROM events",
     lambda ev: one(Fraction(len(set(column(ev, "a")) - {None})))),
    ("SELECT COUNT(DISTINCT properties.a + 0) AS value FROM events",
     lambda ev: one(Fraction(len(set(numbers(column(ev, "a"))))))),
    ("SELECT LATEST(properties.b) AS value, EARLIEST(properties.k) AS first FROM events",
     lambda ev: {(in_time(ev, "k", min),): in_time(ev, "b", max)}),
    ("SELECT properties.k, SUM(properties.a * properties.b - 1) AS value FROM events GROUP BY 1",
     lambda ev: {(k,): total([plus(number(e["p"].get("a")) * number(e["p"].get("b")), "-1")
                              for e in part if number(e["p"].get("a")) is not None
                              and number(e["p"].get("b")) is not None])
                 for k, part in grouped(ev, lambda e: e["p"].get("k")).items()}),
    ("SELECT SUM(properties.a / properties.b) AS value FROM events",
     lambda ev: one(total(map(divided, ev)))),
    ("SELECT SUM(CASE WHEN properties.a > 10 THEN properties.a + 0.1 "
     "WHEN properties.k IN ('x', 'y') THEN 1 / 3 END) AS value FROM events",
     lambda ev: one(total(map(case_price, ev)))),
    ("SELECT COUNT(*) AS value FROM events WHERE properties.a < properties.b",
     lambda ev: one(Fraction(sum(compare(e["p"].get("a"), e["p"].get("b")) == -1 for e in ev)))),
    ("SELECT COUNT(*) AS value FROM events WHERE NOT (properties.a >= properties.b OR "
     "properties.k = 'x')",
     lambda ev: one(Fraction(sum(compare(e["p"].get("a"), e["p"].get("b")) == -1
                                 and compare(e["p"].get("k"), "x") in (1, -1) for e in ev)))),
    ("SELECT DATE_TRUNC('day', timestamp) AS day, COUNT(*) AS value FROM events GROUP BY day",
     lambda ev: {(d + "T00:00:00Z",): Fraction(len(part))
                 for d, part in grouped(ev, lambda e: e["at"][:10]).items()}),
    ("SELECT ROUND(properties.a, 1) AS r, COUNT(*) AS value FROM events GROUP BY r",
     lambda ev: {(k,): Fraction(len(part)) for k, part in grouped(
         ev, lambda e: None if number(e["p"].get("a")) is None
         else half_away(number(e["p"]["a"]), 1)).items()}),
    ("SELECT SUM(FLOOR(properties.a) + CEIL(properties.b / 7)) AS value FROM events",
     lambda ev: one(total([Fraction(math.floor(number(e["p"]["a"])) + math.ceil(
         number(e["p"]["b"]) / 7)) for e in ev if number(e["p"].get("a")) is not None
         and number(e["p"].get("b")) is not None]))),
    ("SELECT SUM(GREATEST(properties.a, properties.b)) AS value FROM events",
     lambda ev: one(total([greatest(e["p"]["a"], e["p"]["b"]) for e in ev
                           if e["p"].get("a") is not None and e["p"].get("b") is not None]))),
    ("SELECT k, AVG(m) AS value FROM (SELECT properties.k AS k, DATE_TRUNC('day', timestamp) AS d, "
     "MAX(properties.a) AS m FROM events GROUP BY 1, 2) GROUP BY k", nested),
    ("SELECT SUM(properties.a) AS value FROM events WHERE timestamp >= '2026-01-03' AND "
     "event_type != 'f'",
     lambda ev: one(total([e["p"].get("a") for e in ev if e["at"] >= "2026-01-03"
                           and e["type"] != "f"]))),
]


def some_value(rng):
    kind = rng.randrange(8)
    if kind < 3:
        return rng.randrange(-50, 50)
    if kind < 5:
        return f"{rng.randrange(-99, 99)}.{rng.randrange(1000):03d}"
    if kind == 5:
        return rng.choice(["n/a", "", "1e2", "+5", " 1", "3.10", "3.1", "007", True, None, {"x": 1}])
    return rng.choice(["0", "0.0", 10, "10", "0.1", "-0", "123456789012345678901234567890.5"])


def some_event(rng, i):
    properties = {name: some_value(rng) for name in "ab" if rng.random() < 0.9}
    if rng.random() < 0.9:
        properties["k"] = rng.choice(["x", "y", "z", "X"])
    at = f"{START}{rng.randrange(1, 5):02d}T{rng.randrange(24):02d}:00:00Z"
    return {"transaction_id": f"t{rng.randrange(10**9)}-{i}", "customer_id": "c",
            "event_type": rng.choice("ef"), "timestamp": at, "properties": properties}


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def rows_of(sql):
    with open("query.json", "w", encoding="utf-8") as out:
        json.dump({"name": "query", "sql": sql}, out)
    lines = run("mtr-metric", "test", "--metric=query.json", "--customer=c",
                "--from=2026-01-01", "--to=2026-02-01").splitlines()
    rows = {}
    for row in map(json.loads, lines):
        value = row.get("value_exact", row["value"])
        rows[tuple(row.get("group", {}).values())] = None if value is None else Fraction(value)
    return rows


def expected(rows):
    """Groups as their texts; rows without a value are not shown where there are groups."""
    out = {}
    for key, value in rows.items():
        value = number(value)
        if value is not None or key == ():
            out[tuple(canonical(k) for k in key)] = value
    return out


def main(seed, count):
    rng = random.Random(seed)
    events = [some_event(rng, i) for i in range(count)]
    run("mtr-db", "init")
    run("mtr-customer", "create", input='{"name":"c","ingest_aliases":["c"]}')
    run("mtr-ingest", "--future-limit=none", input="".join(json.dumps(e) + "\n" for e in events))
    seen = [{"id": e["transaction_id"], "type": e["event_type"], "at": e["timestamp"],
             "p": {k: text(v) for k, v in e["properties"].items()}} for e in events]
    bad = 0
    for sql, oracle in QUERIES:
        want, got = expected(oracle(seen)), rows_of(sql)
        if want != got:
            bad += 1
            print(f"seed {seed}: {sql}\n  want {want}\n  got  {got}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
