"""prices - what a move of a counter costs: rates, and what they are drawn at."""
from fractions import Fraction
from math import ceil

from figures import NEVER, instant, number

AS_A_WHOLE = ("VOLUME", "STAIRSTEP", "PACKAGE")


class Part:
    """Of a move: UNITS of one tier, a FEE, FREE units, the WHOLE of it; or a MINIMUM, or
    a SUBSCRIPTION.

    at is where the counter is: in the middle of units, where a fee is entered. Of
    what has one price whoever pays it is that price for one."""

    def __init__(self, kind, quantity, at, beyond=False):
        self.kind, self.quantity, self.at, self.beyond = kind, quantity, at, beyond

    def quote(self, prices):
        """Its tier and its price, where it is paid for at these prices."""
        if self.kind == "FREE":
            return (-1, Fraction(0))
        if self.kind in ("WHOLE", "MINIMUM", "SUBSCRIPTION"):
            return (None, Fraction(0) if self.beyond else self.at)
        level = prices.entered(self.at) if self.kind == "FEE" else prices.level(self.at)
        price = prices.fee(self.at) if self.kind == "FEE" else prices.tiers[level][1]
        return (level, Fraction(0) if self.beyond else price)

    def cost(self, prices):
        return self.quantity * self.quote(prices)[1]

    def share(self, part, beyond):
        return Part(self.kind, self.quantity * part, self.at, beyond)


class Prices:
    """A model and its prices; of a flat one there is one tier."""

    def __init__(self, body):
        self.type, self.free = body["rate_type"], number(body.get("free_units", 0))
        self.package = number(body.get("package_size", 1))
        tiers = body["tiers"] if "tiers" in body else [{"price": body["price"]}]
        self.tiers = [
            (
                number(t["size"]) if "size" in t else None,
                number(t["price"]),
                number(t.get("flat_fee", 0)),
            )
            for t in tiers
        ]

    def begins(self):
        sizes = [size for size, *_ in self.tiers]
        return [sum(sizes[:i], Fraction(0)) for i in range(len(sizes))]

    def ends(self):
        """Where its tiers end, but the last."""
        return self.begins()[1:]

    def fees(self):
        """Where something is charged once."""
        return [begin for begin, (*_, fee) in zip(self.begins(), self.tiers) if fee]

    def fee(self, x):
        return sum((f for begin, (*_, f) in zip(self.begins(), self.tiers) if begin == x), Fraction(0))

    def level(self, x):
        """The tier that x lies in: the first holds all below it too, and each its end."""
        return sum(end < x for end in self.ends())

    def entered(self, x):
        return sum(end <= x for end in self.ends())

    def is_tiered(self):
        return self.type in ("TIERED", "TIERED_PERCENTAGE")

    def as_a_whole(self):
        return self.type in AS_A_WHOLE

    def total(self, q):
        """Of a model that prices a quantity as a whole."""
        if self.type == "PACKAGE":
            return ceil(max(q, Fraction(0)) / self.package) * self.tiers[0][1]
        price = self.tiers[self.level(q)][1]
        return q * price if self.type == "VOLUME" else price * (q > 0)

    def tier(self, part, level):
        """As it is printed."""
        if part.kind == "FREE":
            return {"level": 0, "starting_at": Fraction(0), "size": self.free}
        if level is None or not self.is_tiered():
            return None
        size = self.tiers[level][0]
        tier = {"level": level + 1, "starting_at": self.begins()[level]}
        return tier if size is None else {**tier, "size": size}

    def prices(self):
        return (self.type, self.package, self.free, tuple(self.tiers))

    def same(self):
        return self.prices()


class Rate(Prices):
    def __init__(self, body, seq):
        super().__init__(body)
        self.product, self.unit = body["product_id"], body.get("credit_type_id")
        self.frequency = body.get("billing_frequency")
        self.values = body.get("pricing_group_values", {})
        self.start, self.end = instant(body["starting_at"]), instant(body.get("ending_before"))
        self.entitled, self.seq = body["entitled"], seq
        self.bounds = {k: number(body[k]) for k in ("minimum", "maximum") if k in body}
        if not self.bounds.get("minimum"):
            self.bounds.pop("minimum", None)  # one of 0 is none
        self.commit = Prices(body["commit_rate"]) if "commit_rate" in body else self

    def covers(self, t):
        return self.start <= t < self.end

    def rank(self):
        return (self.end < NEVER, self.start, self.seq)

    def same(self):
        second = None if self.commit is self else self.commit.prices()
        return (self.entitled, self.prices(), tuple(sorted(self.bounds.items())), second)


def move(p, q, every):
    """The parts of a move of a counter from p to q, in its direction. They are those of
    the first of the prices; nothing changes inside a part at any of them."""
    if p == q:
        return []
    first = every[0]
    if first.as_a_whole():
        return [Part("WHOLE", q - p, (first.total(q) - first.total(p)) / (q - p))]
    low, high = min(p, q), max(p, q)
    fees = {b for prices in every for b in prices.fees() if low <= b < high}
    ends = {end for prices in every for end in prices.ends() if low < end < high}
    cuts = sorted({low, high, *ends})
    sign, found = (1 if p < q else -1), []
    for a, b in zip(cuts, cuts[1:]):
        found += [Part("FEE", Fraction(sign), fee) for fee in fees if a <= fee < b]
        found.append(Part("UNITS", sign * (b - a), (a + b) / 2))
    return found[::sign]


def up_to(maximum, cost, parts, prices):
    """The parts, where what was charged before them is cost: what lies beyond is free."""
    found = []
    for part in parts:
        more = part.cost(prices)
        here, there = min(cost, maximum), min(cost + more, maximum)
        inside = (there - here) / more if more else 1
        shares = [(inside, False), (1 - inside, True)]
        found += [part.share(n, beyond) for n, beyond in shares[:: 1 if more > 0 else -1] if n]
        cost += more
    return found
