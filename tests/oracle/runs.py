"""runs - a billing period: what is priced as one, of usage and of composites."""
import json
from fractions import Fraction
from functools import lru_cache

from figures import NEVER, number, rounded
from usage import Rate, aggregate, carries, has_values, order_of_values, text_of


class Run:
    """Windows that are priced as one: a quantity, and where the counter is before it."""

    def __init__(self, windows):
        self.windows = windows
        self.start, self.end = windows[0]["start"], windows[-1]["end"]
        self.rate, self.terms = windows[0]["rate"], windows[0]["terms"]
        self.before = Fraction(0)

    def share_until(self, t):
        begun = [w for w in self.windows if t > w["start"]]
        parts = [w["value"](min(t, w["end"])) - w["value"](w["start"]) for w in begun]
        return sum(parts, Fraction(0))

    def quantity(self, until=NEVER):
        """What is billed of it up to an instant: converted, then rounded."""
        x = self.share_until(until)
        conversion = self.terms.get("quantity_conversion")
        if conversion:
            factor = number(conversion["conversion_factor"])
            x = x * factor if conversion["operation"] == "MULTIPLY" else x / factor
        rule = self.terms.get("quantity_rounding")
        return rounded(x, rule["decimal_places"], rule["rounding_method"]) if rule else x

    def priced(self):
        return self.rate is not None and self.rate.entitled

    def slices(self, a, b):
        if not self.priced():
            return []
        return self.rate.slices(self.before + self.quantity(a), self.before + self.quantity(b))

    def cost(self, a, b):
        a, b = max(a, self.start), min(b, self.end)
        slices = self.slices(a, b) if a < b else []
        return sum((n * price for _, n, price, _ in slices), Fraction(0))

    def pieces(self, cuts):
        """Its time between cuts; what was left out of it is not its time."""
        at = [self.start] + [t for t in cuts if self.start < t < self.end] + [self.end]
        found = []
        for a, b in zip(at, at[1:]):
            mine = [(max(a, x), min(b, y)) for x, y in self.spans() if max(a, x) < min(b, y)]
            if mine:
                found.append((mine[0][0], mine[-1][1]))
        return found

    def spans(self):
        return [(w["start"], w["end"]) for w in self.windows]


def joined(runs):
    """Neighbours of equal terms are put together."""
    out = []
    for run in runs:
        if out and out[-1].windows[-1]["same"] == run.windows[0]["same"]:
            out[-1] = Run(out[-1].windows + run.windows)
        else:
            out.append(run)
    return out


def runs_of(windows):
    """Runs in the order of time. One whose share is 0 is left out where neighbours
    are joined; it is still a run, and costs something between two cuts."""
    runs = joined([Run([w]) for w in windows])
    empty = [r for r in runs if r.share_until(r.end) == 0]
    runs = joined([r for r in runs if r not in empty]) + empty
    counter = Fraction(0)
    for run in sorted(runs, key=lambda r: r.start):
        run.before = counter
        counter += run.quantity()
    return runs


class Line:
    def __init__(self, product, run, pricing, presentation):
        self.product, self.run = product, run
        self.pricing, self.presentation = pricing, presentation

    def place(self):
        return (order_of_values(self.pricing), order_of_values(self.presentation))


class CompositeRun:
    """The windows of a composite that are priced as one; its quantity is money."""

    def __init__(self, windows, rate):
        self.windows, self.rate = windows, rate
        self.start, self.end = windows[0][0], windows[-1][1]

    def base(self, a, b):
        parts = [(max(a, x), min(b, y), runs) for x, y, runs in self.windows]
        return sum((run.cost(x, y) for x, y, runs in parts if x < y for run in runs), Fraction(0))

    def slices(self, a, b):
        base = self.base(a, b)
        if not base or not self.priced():
            return []
        price = self.rate.tiers[0][1]
        return [(0, base, price, (0, price))]

    def same(self):
        return self.rate and self.rate.same()

    def spans(self):
        return [(a, b) for a, b, _ in self.windows]

    priced, pieces = Run.priced, Run.pieces


def joined_bases(runs):
    out = []
    for run in runs:
        if out and out[-1].same() == run.same():
            out[-1] = CompositeRun(out[-1].windows + run.windows, run.rate)
        else:
            out.append(run)
    return out


class Period:
    def __init__(self, contract, start, end):
        self.contract, self.start, self.end = contract, start, end

    def cuts(self, instants):
        return sorted({self.start, self.end, *(t for t in instants if self.start < t < self.end)})

    def rates(self, product):
        found = [r for r in self.contract.rates if r.product == product.id]
        return [r for r in found if r.start < self.end and r.end > self.start]

    def windows(self, product, more=()):
        rates = [r for r in self.contract.rates if r.product == product.id]
        bounds = [t for r in rates for t in (r.start, r.end)]
        at = self.cuts(bounds + product.starts() + list(more))
        return list(zip(at, at[1:]))

    def rate(self, product, values, t):
        held = [r for r in self.rates(product) if r.values == values and r.covers(t)]
        return max(held, key=Rate.rank) if held else None

    def combinations(self, product):
        found = {}
        for a, _ in self.windows(product):
            terms = product.at(a)
            pricing = terms.get("pricing_group_key", [])
            presentation = terms.get("presentation_group_key", [])
            metric = terms["billable_metric_id"]
            before = carries(self.contract.metrics[metric])
            for e in self.contract.usage(metric):
                if (before or self.start <= e["at"]) and e["at"] < self.end:
                    values = {k: text_of(e["properties"].get(k)) for k in (*pricing, *presentation)}
                    pair = ({k: values[k] for k in pricing}, {k: values[k] for k in presentation})
                    found[json.dumps(pair, sort_keys=True)] = pair
        return list(found.values())

    def window(self, product, pricing, presentation, a, b):
        terms = product.at(a)
        metric = terms.get("billable_metric_id")
        keys = tuple(set(terms.get(f"{k}_group_key", ())) for k in ("pricing", "presentation"))
        rate = self.rate(product, pricing, a)
        wanted = {**pricing, **presentation}

        @lru_cache(maxsize=None)
        def value(t):
            if keys != (set(pricing), set(presentation)):
                return Fraction(0)
            events = [
                e
                for e in self.contract.usage(metric)
                if e["at"] < t and has_values(e, wanted)
            ]
            return aggregate(self.contract.metrics[metric], events, self.start, t)

        how = [terms.get("quantity_conversion"), terms.get("quantity_rounding")]
        same = (rate and rate.same(), metric, json.dumps(how, sort_keys=True), keys)
        return {"start": a, "end": b, "rate": rate, "terms": terms, "value": value, "same": same}

    def filled(self, product, pricing, presentation):
        at = self.windows(product)
        return [self.window(product, pricing, presentation, a, b) for a, b in at]

    @lru_cache(maxsize=None)
    def usage(self, product):
        """The runs of each combination of values, as lines to be."""
        return [
            Line(product, run, pricing, presentation)
            for pricing, presentation in self.combinations(product)
            for run in runs_of(self.filled(product, pricing, presentation))
        ]

    def bases(self, product):
        """The windows of a composite with equal rates, put together."""
        others = [p for p in self.contract.card_products() if p.type == "USAGE"]
        runs = []
        for a, b in self.windows(product, [t for p in others for t in p.starts()]):
            terms = product.at(a)
            named = set(terms.get("composite_product_ids", ()))
            tags = set(terms.get("composite_tags", ()))
            base = [p for p in others if p.id in named or tags & p.tags(a)]
            spent = [line.run for p in base for line in self.usage(p)]
            runs.append(CompositeRun([(a, b, spent)], self.rate(product, {}, a)))
        return joined_bases(runs)

    def composite(self, product):
        cuts = self.contract.balance_cuts(product)
        runs = [r for r in self.bases(product) if any(r.base(a, b) for a, b in r.pieces(cuts))]
        return [Line(product, run, {}, {}) for run in joined_bases(runs)]

    def zero_line(self, product, lines):
        """Where a product has no line: the first window in which it could have had one."""
        if product.type == "COMPOSITE":
            groups = self.bases(product)
        else:
            groups = joined([Run([w]) for w in self.filled(product, {}, {})])
        for a, _ in self.windows(product):
            rate = self.rate(product, {}, a)
            if rate and rate.entitled and not product.at(a).get("pricing_group_key"):
                runs = [x.run for x in lines if not x.presentation] + groups
                run = next(r for r in runs if any(start <= a < end for start, end in r.spans()))
                return (run.start, run.end, rate)
        return None
