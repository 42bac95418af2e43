"""usage - events, products and rates: what a thing is at an instant."""
import re
from fractions import Fraction

from figures import NEVER, instant, number

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


def aggregate(metric, events):
    kind, key = metric["aggregation_type"], metric.get("aggregation_key")
    if kind == "COUNT":
        return Fraction(len(events))
    texts = [(e, text_of(e["properties"][key])) for e in events]
    if kind == "UNIQUE":
        return Fraction(len({t for _, t in texts if t is not None}))
    numbers = [(e, Fraction(t)) for e, t in texts if t is not None and NUMBER.match(t)]
    if not numbers:
        return Fraction(0)
    if kind == "SUM":
        return sum((n for _, n in numbers), Fraction(0))
    if kind == "MAX":
        return max(n for _, n in numbers)
    return max(numbers, key=lambda p: (p[0]["at"], p[0]["transaction_id"].encode()))[1]


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


class Rate:
    def __init__(self, body, seq):
        self.product = body["product_id"]
        self.values = body.get("pricing_group_values", {})
        self.start, self.end = instant(body["starting_at"]), instant(body.get("ending_before"))
        self.entitled, self.type, self.seq = body["entitled"], body["rate_type"], seq
        if self.type == "TIERED":
            sizes = [number(t["size"]) if "size" in t else None for t in body["tiers"]]
            self.tiers = list(zip(sizes, [number(t["price"]) for t in body["tiers"]]))
        else:
            self.tiers = [(None, number(body["price"]))]

    def covers(self, t):
        return self.start <= t < self.end

    def rank(self):
        return (self.end < NEVER, self.start, self.seq)

    def same(self):
        return (self.entitled, self.type, tuple(self.tiers))

    def slices(self, p, q):
        """The move of a counter from p to q: (tier, quantity, price) in its direction."""
        low, high = min(p, q), max(p, q)
        found, begin = [], Fraction(0)
        for level, (size, price) in enumerate(self.tiers):
            floor = None if level == 0 else begin
            end = None if size is None else begin + size
            a = low if floor is None else max(low, floor)
            b = high if end is None else min(high, end)
            if b > a:
                found.append((level, b - a, price))
            begin = begin if end is None else end
        if q < p:
            found = [(level, -n, price) for level, n, price in reversed(found)]
        return found

    def tier(self, level):
        if self.type != "TIERED":
            return None
        size = self.tiers[level][0]
        begin = sum((s for s, _ in self.tiers[:level]), Fraction(0))
        tier = {"level": level + 1, "starting_at": begin}
        return tier if size is None else {**tier, "size": size}


def order_of_values(values):
    """Combinations in the order of mtr-pricing(7): key, then value, null first."""
    return [(k.encode(), v is not None, (v or "").encode()) for k, v in sorted(values.items())]
