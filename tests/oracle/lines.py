"""lines - what an invoice prints of runs, and of what balances paid of them."""
from fractions import Fraction

from prices import Part
from runs import Line

APPLIED = "applied_commit_or_credit"
TYPE_NAMES = {
    "USAGE": "UsageProductListItem",
    "COMPOSITE": "CompositeProductListItem",
    "SUBSCRIPTION": "SubscriptionProductListItem",
    "FIXED": "FixedProductListItem",
}


def shown(line):
    return {k: v for k, v in line.items() if k not in ("by", "place", None) and v not in (None, {}, [])}


def counts(line):
    """What counts towards a promise is charged all the same."""
    return line["type"] != APPLIED or line["commit_type"] == "PrepaidCommit"


def commit_type(commit):
    return "PostpaidCommit" if commit.type == "POSTPAID" else "PrepaidCommit"


def paid_by(segment):
    return {
        "commit_id": segment.commit.id,
        "commit_segment_id": segment.id,
        "commit_type": commit_type(segment.commit),
    }


MEMBERS = {"FEE": "flat_fee", "MINIMUM": "minimum_adjustment"}


def usage_line(product, a, b, line, prices, part, amounts, segment, place):
    """amounts: quantity and total."""
    terms = product.at(a)
    level, price = part.quote(prices)
    return {
        "name": terms["name"],
        "type": "usage",
        "product_id": product.id,
        "product_type": TYPE_NAMES[product.type],
        "product_tags": list(terms.get("tags", [])),
        "quantity": amounts[0],
        "unit_price": price if part.kind != "WHOLE" or part.beyond else None,
        "total": amounts[1],
        "starting_at": a,
        "ending_before": b,
        "tier": prices.tier(part, level),
        MEMBERS.get(part.kind): True,
        "beyond_maximum": part.beyond or None,
        "pricing_group_values": line.pricing,
        "presentation_group_values": line.presentation,
        **(paid_by(segment) if segment else {}),
        "by": segment,
        "place": (part.kind == "MINIMUM", a, *line.place(), place),
    }


def subscription_line(product, line, amounts, segment, place):
    fee, terms = line.run, product.at(line.run.start)
    return {
        "name": terms["name"],
        "type": "subscription",
        "product_id": product.id,
        "product_type": TYPE_NAMES[product.type],
        "product_tags": list(terms.get("tags", [])),
        "quantity": amounts[0],
        "unit_price": fee.price,
        "total": amounts[1],
        "starting_at": fee.start,
        "ending_before": fee.end,
        "subscription_id": fee.subscription.id,
        "is_prorated": fee.is_prorated,
        **(paid_by(segment) if segment else {}),
        "by": segment,
        "place": (False, fee.start, (), (), place),
    }


def zero_line(product, a, b, rate):
    kind = "WHOLE" if rate.as_a_whole() else "UNITS"
    part = Part(kind, Fraction(0), Fraction(0))
    line = Line(product, None, {}, {})
    return usage_line(product, a, b, line, rate, part, (Fraction(0),) * 2, None, 0)


class Chain:
    """Parts of one tier that one segment covers, or none, until a piece has
    usage of the tier that somebody else covers."""

    def __init__(self, segment, piece):
        self.segment, self.start = segment, piece.start
        self.part, self.level = piece.part, piece.level(segment)
        self.place = piece.place
        self.quantity = self.total = Fraction(0)
        self.closed, self.end = False, piece.end

    def holds(self, segment, piece):
        same = (piece.part.kind, piece.part.beyond) == (self.part.kind, self.part.beyond)
        return same and self.segment is segment and self.meets(piece)

    def meets(self, piece):
        return piece.part.kind == self.part.kind and piece.level(self.segment) == self.level

    def add(self, piece, quantity):
        self.quantity += quantity
        self.total += quantity * piece.price(self.segment)
        self.end = piece.end

    def line(self, product, line):
        if self.part.kind == "SUBSCRIPTION":
            amounts = (self.quantity, self.total)
            return subscription_line(product, line, amounts, self.segment, self.place)
        prices, amounts = line.run.offer.by(self.segment), (self.quantity, self.total)
        at = (product, self.start, self.end, line, prices)
        return usage_line(*at, self.part, amounts, self.segment, self.place)


def merged(product, line, slices, payments):
    """The lines of one run."""
    chains = []
    for start in sorted({s.start for s in slices}):
        here = sorted((s for s in slices if s.start == start), key=lambda s: s.place)
        touched = []
        for piece in here:
            for segment, quantity in payments.parts(piece):
                if piece.is_none(segment):
                    continue
                open_ = [c for c in chains if not c.closed and c.holds(segment, piece)]
                if not open_:
                    open_ = [Chain(segment, piece)]
                    chains += open_
                open_[0].add(piece, quantity)
                touched += open_
        for chain in chains:
            if chain not in touched and any(chain.meets(piece) for piece in here):
                chain.closed = True
    return [c.line(product, line) for c in chains if c.quantity != 0]


def application(product, segment, bought, covered):
    start = min(x["starting_at"] for x in covered)
    name = segment.commit.name or bought.at(segment.start)["name"]
    return {
        "name": name + " applied",
        "type": APPLIED,
        "product_id": product.id,
        "product_type": TYPE_NAMES[product.type],
        "product_tags": list(product.at(start).get("tags", [])),
        "starting_at": start,
        "ending_before": max(x["ending_before"] for x in covered),
        "total": -sum(x["total"] for x in covered),
        **paid_by(segment),
    }
