"""usage - events, products and rates: what a thing is at an instant."""
import re
from collections import defaultdict
from fractions import Fraction
from math import ceil

from figures import DAY, HOUR, instant, number

UNITS = {"HOUR": HOUR, "DAY": DAY, "SECOND": 10**9}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")


def text_of(value):
    """The text of a property; None where it has none."""
    if value is None or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def has_values(event, wanted):
    return all(text_of(event["properties"].get(k)) == v for k, v in wanted.items())


def has_texts(values, wanted):
    return all(values.get(k) == text_of(v) for k, v in wanted.items())


def feeds(metric, event):
    kinds = metric.get("event_type_filter", {})
    if "in_values" in kinds and event["event_type"] not in kinds["in_values"]:
        return False
    if event["event_type"] in kinds.get("not_in_values", ()):
        return False
    for f in metric.get("property_filters", ()):
        there = event["properties"].get(f["name"])
        text = text_of(there)
        if f.get("exists") is not None and f["exists"] != (there is not None):
            return False
        if "in_values" in f and (text is None or text not in f["in_values"]):
            return False
        if "not_in_values" in f and there is not None:
            if text is None or text in f["not_in_values"]:
                return False
    key = metric.get("aggregation_key")
    return key is None or event["properties"].get(key) is not None


def carries(metric):
    """What happened before the period has a part in its value."""
    return metric["aggregation_type"] == "TIME_WEIGHTED_SUM"


def in_order(pair):
    return (pair[0]["at"], pair[0]["transaction_id"].encode())


def parts(events, key):
    """The events by the text of a property; all of them in one where there is no key."""
    found = defaultdict(list)
    for e in events:
        found[text_of(e["properties"].get(key)) if key else None].append(e)
    return list(found.values())


def sessions(instants, length):
    """How many the instants, which rise, open: each one begins with the first that is outside."""
    if not instants:
        return 0
    return 1 + sessions([t for t in instants if t >= instants[0] + length], length)


def area(metric, numbers, start, t):
    """Level times nanoseconds in [start, t): each change holds up to the next one."""
    total = Fraction(0)
    if metric["level_mode"] == "DELTA":
        return sum((n * (t - max(e["at"], start)) for e, n in numbers), Fraction(0))
    for mine in parts([{**e, "n": n} for e, n in numbers], metric.get("level_key")):
        mine.sort(key=lambda e: in_order((e,)))
        ends = [e["at"] for e in mine[1:]] + [t]
        for e, end in zip(mine, ends):
            total += e["n"] * (max(end, start) - max(e["at"], start))
    return total


def aggregate(metric, events, start, t):
    """Of the events before t, the value at t of a period that begins at start."""
    kind, key = metric["aggregation_type"], metric.get("aggregation_key")
    if not carries(metric):
        events = [e for e in events if e["at"] >= start]
    if kind == "COUNT":
        return Fraction(len(events))
    if kind == "SESSION":
        length = number(metric["session_hours"]) * HOUR
        apart = parts(events, metric.get("session_key"))
        return Fraction(sum(sessions(sorted(e["at"] for e in p), length) for p in apart))
    texts = [(e, text_of(e["properties"][key])) for e in events]
    if kind == "UNIQUE":
        return Fraction(len({t for _, t in texts if t is not None}))
    numbers = [(e, Fraction(t)) for e, t in texts if t is not None and NUMBER.match(t)]
    values = sorted(n for _, n in numbers)
    if not numbers:
        return Fraction(0)
    if kind == "TIME_WEIGHTED_SUM":
        return area(metric, numbers, start, t) / UNITS[metric["aggregation_unit"]]
    if kind == "PERCENTILE":
        return values[ceil(number(metric["percentile"]) * len(values) / 100) - 1]
    if kind in ("SUM", "AVG"):
        return sum(values) / (len(values) if kind == "AVG" else 1)
    if kind in ("MIN", "MAX"):
        return values[0 if kind == "MIN" else -1]
    return max(numbers, key=in_order)[1]


class Product:
    def __init__(self, body, updates):
        self.id, self.type = body["id"], body["type"]
        self.initial = body
        self.updates = sorted(updates, key=lambda u: instant(u["starting_at"]))

    def at(self, t):
        terms = dict(self.initial)
        for u in self.updates:
            if instant(u["starting_at"]) <= t:
                terms.update({k: v for k, v in u.items() if k not in ("product_id", "starting_at")})
        return terms

    def tags(self, t):
        return set(self.at(t).get("tags", ()))

    def starts(self):
        return [instant(u["starting_at"]) for u in self.updates]


def order_of_values(values):
    """Combinations in the order of mtr-pricing(7): key, then value, null first."""
    return tuple((k.encode(), v is not None, (v or "").encode()) for k, v in sorted(values.items()))
