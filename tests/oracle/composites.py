"""composites - what is charged as a fraction of what was spent on others."""
from fractions import Fraction
from functools import lru_cache

from prices import move
from runs import Line, Period, Run


class CompositeRun:
    """The windows of a composite that are priced as one; its quantity is money."""

    def __init__(self, windows, offer):
        self.windows, self.offer, self.rate = windows, offer, offer.rate
        self.start, self.end = windows[0][0], windows[-1][1]
        self.before = Fraction(0)

    def base(self, a, b):
        """What was spent in its windows, in the currency of the card."""
        parts = [(max(a, x), min(b, y), runs) for x, y, runs in self.windows]
        spent = (run.spent(x, y) * worth for x, y, runs in parts if x < y for run, worth in runs)
        return sum(spent, Fraction(0))

    def quantity(self):
        return self.base(self.start, self.end)

    def parts(self, a, b):
        p = self.before + self.base(self.start, a)
        return move(p, p + self.base(a, b), self.offer.every()) if self.priced() else []

    def spans(self):
        return [(a, b) for a, b, _ in self.windows]

    priced, pieces, cost = Run.priced, Run.pieces, Run.spent
    spent = Run.spent


def joined_bases(runs):
    out = []
    for run in runs:
        if out and out[-1].offer.same() == run.offer.same():
            out[-1] = CompositeRun(out[-1].windows + run.windows, run.offer)
        else:
            out.append(run)
    return out


def sources(period, product):
    """The periods whose spending counts: its own, or all of the customer's."""
    if product.initial.get("composite_scope") != "CUSTOMER":
        return [period]
    found = []
    for contract in period.contract.siblings:
        if contract is period.contract:
            found.append(period)
        elif contract.unit == period.contract.unit:
            spans = contract.spans(period.start, period.end)
            found += [Period(contract, a, b) for a, b in spans]
    return found


def is_charged_by_another(contract, product, t):
    """Of a composite of the customer: by the contract that starts first."""
    if product.initial.get("composite_scope") != "CUSTOMER":
        return False
    alike = [k for k in contract.siblings if k.unit == contract.unit]
    having = [k for k in alike if product in k.card_products()]
    first = min(having, key=lambda k: k.start)
    if first is contract or not first.start <= t < first.end:
        return False
    rate = Period(first, first.start, first.end).offer(product, {}, {}, t).rate
    return bool(rate and rate.entitled)


def counted(period, product, terms, t, own):
    """What of a period counts for a composite of these terms: [(run, what its unit is worth)]."""
    contract = period.contract
    named = set(terms.get("composite_product_ids", ()))
    tags = set(terms.get("composite_tags", ()))
    found = []
    for p in contract.card_products():
        if p is product or not (p.id in named or tags & p.tags(t)):
            continue
        worth = contract.worth.get(contract.unit_of(p), 1)
        if p.type == "COMPOSITE":
            if not terms.get("include_composite_spend"):
                continue
            if not own and p.initial.get("composite_scope") == "CUSTOMER":
                continue
            lines = spent_on(period, p)
        elif p.type == "SUBSCRIPTION":
            lines = contract.fees_on(period, p)
        else:
            lines = period.usage(p)
        found += [(line.run, worth) for line in lines]
    return found


def cuts(period, product):
    others = [p for p in period.contract.card_products() if p is not product]
    found = [t for p in others for t in p.starts()]
    if product.initial.get("composite_scope") == "CUSTOMER":
        for k in period.contract.siblings:
            rates = (t for r in k.rates for t in (r.start, r.end))
            found += [k.start, k.end, *k.overrides.turns(), *rates]
    return found


def bases(period, product):
    """The windows of a composite with equal rates, put together."""
    periods, runs = sources(period, product), []
    for a, b in period.windows(product, cuts(period, product)):
        terms, spent = product.at(a), []
        if not is_charged_by_another(period.contract, product, a):
            for p in periods:
                spent += counted(p, product, terms, a, p is period)
        runs.append(CompositeRun([(a, b, spent)], period.offer(product, {}, {}, a)))
    return joined_bases(runs)


def bounded(period, product, runs):
    """Its runs as lines to be."""
    counter = Fraction(0)
    for run in runs:
        run.before = counter
        counter += run.quantity()
    lines = [Line(product, run, {}, {}) for run in runs]
    return lines + period.bounded(product, {}, lines, period.windows(product))


@lru_cache(maxsize=None)
def spent_on(period, product):
    """For another composite: what was left out counts, too."""
    return bounded(period, product, bases(period, product))


def composite(period, product):
    at = period.contract.balance_cuts(product)
    runs = [r for r in bases(period, product) if any(r.base(a, b) for a, b in r.pieces(at))]
    return bounded(period, product, joined_bases(runs))
