"""runs - a billing period: what is priced as one, and what is bounded together."""
import json
from collections import defaultdict
from fractions import Fraction
from functools import lru_cache

from figures import HOUR, NEVER, number, rounded
from prices import Part, move, up_to
from usage import aggregate, carries, has_values, order_of_values, text_of


def given(rate, begin, quantity):
    """Units that are free of those that all presentation values use from the begin on."""
    free = rate.free if rate else Fraction(0)
    return min(max(begin + quantity, 0), free) - min(max(begin, 0), free)


class Run:
    """Windows that are priced as one: a quantity, and where the counter is before it."""

    billed, maximum = Fraction(0), None  # what was charged before it, and what bounds that

    def __init__(self, windows):
        self.windows = windows
        self.start, self.end = windows[0]["start"], windows[-1]["end"]
        self.offer, self.terms = windows[0]["offer"], windows[0]["terms"]
        self.rate = self.offer.rate
        self.before = self.pooled = Fraction(0)
        self.earlier = []  # runs of the same values

    def share_until(self, t):
        begun = [w for w in self.windows if t > w["start"]]
        parts = [w["value"](min(t, w["end"])) - w["value"](w["start"]) for w in begun]
        return sum(parts, Fraction(0))

    @lru_cache(maxsize=None)
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

    def free(self, quantity):
        """How many of the first of its units are free: all presentation values have used
        some of them before."""
        return given(self.rate, self.pooled, quantity)

    def freed(self):
        """How many were free before it, as if its rate had always been there."""
        return sum((given(self.rate, r.pooled, r.quantity()) for r in self.earlier), Fraction(0))

    def charged(self, a, b):
        """The parts of its move in [a, b)."""
        if not self.priced():
            return []
        p, q = self.quantity(a), self.quantity(b)
        free = self.free(q) - self.free(p)
        begin = self.before - self.freed()
        parts = move(begin + p - self.free(p), begin + q - self.free(q), self.offer.every())
        if free:
            gift = [Part("FREE", free, None)]
            parts = gift + parts if free > 0 else parts + gift
        return parts

    def cost(self, a, b):
        return sum((part.cost(self.rate) for part in self.charged(a, b)), Fraction(0))

    def parts(self, a, b):
        """The same, none of it beyond the maximum."""
        parts = self.charged(a, b)
        if self.maximum is None or not parts:
            return parts
        return up_to(self.maximum, self.billed + self.cost(self.start, a), parts, self.rate)

    def spent(self, a, b):
        a, b = max(a, self.start), min(b, self.end)
        parts = self.parts(a, b) if a < b else []
        return sum((part.cost(self.rate) for part in parts), Fraction(0))

    def pieces(self, cuts):
        """Its time between cuts; what was left out of it is not its time."""
        if self.rate and self.rate.as_a_whole():
            cuts = []
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


def plain_runs(period, product):
    """Those of no values, whatever was used."""
    return joined([Run([w]) for w in period.filled(product, {}, {})])


class Line:
    def __init__(self, product, run, pricing, presentation):
        self.product, self.run = product, run
        self.pricing, self.presentation = pricing, presentation

    def place(self):
        return (order_of_values(self.pricing), order_of_values(self.presentation))


class Missing:
    """What is missing of a minimum, as a run of one part."""

    def __init__(self, spans, offer, amount):
        self.start, self.end, self.offer, self.amount = spans[0][0], spans[-1][1], offer, amount
        self.rate = offer.rate

    def pieces(self, _):
        return [(self.start, self.end)]

    def parts(self, *_):
        return [Part("MINIMUM", Fraction(1), self.amount)]

    def spent(self, a, b):
        return self.amount if a < self.end <= b else Fraction(0)


class Period:
    def __init__(self, contract, start, end):
        self.contract, self.start, self.end = contract, start, end
        first, last = contract.cell(start)
        self.hours = (last - first) // HOUR

    def cuts(self, instants):
        return sorted({self.start, self.end, *(t for t in instants if self.start < t < self.end)})

    def rates(self, product):
        found = [r for r in self.contract.rates if r.product == product.id]
        return [r for r in found if r.start < self.end and r.end > self.start]

    def windows(self, product, more=()):
        rates = [r for r in self.contract.rates if r.product == product.id]
        bounds = [t for r in rates for t in (r.start, r.end)]
        at = self.cuts(bounds + self.contract.turns(product) + list(more))
        return list(zip(at, at[1:]))

    def offer(self, product, pricing, presentation, t):
        """The rate that holds at t, and what is drawn at."""
        held = [r for r in self.rates(product) if r.values == pricing and r.covers(t)]
        rate = max(held, key=lambda r: r.rank()) if held else None
        return self.contract.offer(product, rate, pricing, presentation, t)

    def combinations(self, product):
        found = {}
        for a, _ in self.windows(product):
            terms = product.at(a)
            pricing = terms.get("pricing_group_key", [])
            presentation = terms.get("presentation_group_key", [])
            metric = terms["billable_metric_id"]
            before = carries(self.contract.metrics[metric])
            for e in self.contract.usage(metric, a):
                if (before or self.start <= e["at"]) and e["at"] < self.end:
                    values = {k: text_of(e["properties"].get(k)) for k in (*pricing, *presentation)}
                    pair = ({k: values[k] for k in pricing}, {k: values[k] for k in presentation})
                    found[json.dumps(pair, sort_keys=True)] = pair
        return list(found.values())

    def window(self, product, pricing, presentation, a, b):
        terms = product.at(a)
        metric = terms.get("billable_metric_id")
        keys = tuple(set(terms.get(f"{k}_group_key", ())) for k in ("pricing", "presentation"))
        offer = self.offer(product, pricing, presentation, a)
        wanted = {**pricing, **presentation}

        @lru_cache(maxsize=None)
        def value(t):
            if keys != (set(pricing), set(presentation)):
                return Fraction(0)
            events = [
                e
                for e in self.contract.usage(metric, a)
                if e["at"] < t and has_values(e, wanted)
            ]
            return aggregate(self.contract.metrics[metric], events, self.start, t)

        how = [terms.get("quantity_conversion"), terms.get("quantity_rounding")]
        filtered = self.contract.filter_at(a)
        same = (offer.same(), metric, filtered, json.dumps(how, sort_keys=True), keys)
        return {"start": a, "end": b, "offer": offer, "terms": terms, "value": value, "same": same}

    def filled(self, product, pricing, presentation):
        at = self.windows(product)
        return [self.window(product, pricing, presentation, a, b) for a, b in at]

    @lru_cache(maxsize=None)
    def usage(self, product):
        """The runs of each combination of values, as lines to be."""
        groups = defaultdict(list)
        for pricing, presentation in self.combinations(product):
            for run in runs_of(self.filled(product, pricing, presentation)):
                groups[order_of_values(pricing)].append(Line(product, run, pricing, presentation))
        if not product.at(self.start).get("pricing_group_key"):
            groups[()] += []
        lines = []
        for values, found in groups.items():
            pricing = dict(found[0].pricing) if found else {}
            used = not pricing or any(x.run.share_until(x.run.end) for x in found)
            windows = self.windows(product) if used else []
            lines += found + self.bounded(product, pricing, found, windows)
        return lines

    def bounded(self, product, pricing, lines, windows):
        """Lines of one combination of pricing values get what bounds them together:
        free units, a maximum; and a line for what is missing of the minimum."""
        offers = [(a, b, self.offer(product, pricing, {}, a)) for a, b in windows]
        offers = [(a, b, o) for a, b, o in offers if o.rate and o.rate.entitled]

        def parts(name):
            return [
                (o.rate.bounds[name] * Fraction((b - a) // HOUR, self.hours), (a, b), o)
                for a, b, o in offers
                if name in o.rate.bounds
            ]

        maximum = sum(amount for amount, *_ in parts("maximum"))
        pooled = billed = Fraction(0)
        earlier = defaultdict(list)
        for line in sorted(lines, key=lambda x: (x.run.start, x.place())):
            run, key = line.run, line.place()
            run.pooled, run.earlier = pooled, earlier[key]
            earlier[key] = [*earlier[key], run]
            pooled += run.quantity()
            if run.priced() and "maximum" in run.rate.bounds:
                run.billed, run.maximum = billed, maximum
                billed += run.cost(run.start, run.end)
        least = parts("minimum")
        held = [x.run for x in lines if x.run.priced() and "minimum" in x.run.rate.bounds]
        missing = sum(amount for amount, *_ in least)
        missing -= sum((run.spent(self.start, self.end) for run in held), Fraction(0))
        if not least or missing <= 0:
            return []
        spans = [span for _, span, _ in least]
        return [Line(product, Missing(spans, least[0][2], missing), pricing, {})]

    def zero_line(self, product, groups, lines):
        """Where a product has no line: the first window in which it could have had one."""
        for a, _ in self.windows(product):
            offer = self.offer(product, {}, {}, a)
            rate = offer.rate
            if rate and rate.entitled and not product.at(a).get("pricing_group_key"):
                runs = [x.run for x in lines if not x.presentation] + groups
                run = next(r for r in runs if any(start <= a < end for start, end in r.spans()))
                return (run.start, run.end, rate)
        return None
