"""balances - which segment pays how much of which slice.

There is no state here: what a segment pays of a slice is a function of what is
open when it comes, and of the slices before it.
"""
from collections import defaultdict
from fractions import Fraction
from functools import lru_cache

from figures import NEVER, instant, number
from usage import has_texts


class Segment:
    def __init__(self, commit, body, number_):
        self.commit, self.id = commit, body["id"]
        self.start, self.end = instant(body["starting_at"]), instant(body["ending_before"])
        self.last = self.end  # as it was given; the order of balances goes by it
        if commit.contract is not None:
            self.end = min(self.end, commit.contract.end)
        self.amount, self.number = number(body["amount"]), number_
        self.increases, self.seat = body.get("increases", []), body.get("seat")
        self.given = commit.given.get(self.id, [])
        terms = commit.body
        self.named = set(terms.get("applicable_product_ids", ()))
        self.tags = set(terms.get("applicable_product_tags", ()))
        self.specifiers = terms.get("specifiers", [])
        self.pays_all = not (self.named or self.tags or self.specifiers)
        self.at_commit_rate = terms.get("rate_type") == "COMMIT_RATE"
        self.unit = commit.unit

    def granted(self):
        """But for what seats add later."""
        return self.amount + sum((x for _, x in self.given), Fraction(0))

    def added(self, t):
        """What seats have added by t."""
        return sum((x for at, x in self.increases if at <= t), Fraction(0))

    def listed(self, product):
        return product.id in self.named or bool(self.tags & product.tags(self.start))

    def means(self, specifier, product):
        if specifier.get("product_id", product.id) != product.id:
            return False
        return set(specifier.get("product_tags", ())) <= product.tags(self.start)

    def concerns(self, contract, product):
        if self.unit != contract.unit_of(product):
            return False
        meant = any(self.means(s, product) for s in self.specifiers)
        return self.pays_all or self.listed(product) or meant

    def may_pay(self, contract, line):
        product = line.product
        if self.unit != contract.unit_of(product):
            return False
        if self.seat and not has_texts(line.presentation, dict([self.seat])):
            return False
        return (
            self.pays_all
            or self.listed(product)
            or any(
                self.means(s, product)
                and has_texts(line.pricing, s.get("pricing_group_values", {}))
                and has_texts(line.presentation, s.get("presentation_group_values", {}))
                for s in self.specifiers
            )
        )

    def products(self, contract):
        """How many are named."""
        if self.pays_all:
            return NEVER
        found = {p.id for p in contract.card_products() if self.listed(p)} | self.named
        for s in self.specifiers:
            if "product_id" in s and not s.get("product_tags"):
                found.add(s["product_id"])
            elif "product_id" in s or s.get("product_tags"):
                found |= {p.id for p in contract.card_products() if self.means(s, p)}
        return len(found)

    def values_alone(self):
        return sum("product_id" not in s and not s.get("product_tags") for s in self.specifiers)

    def rank(self, contract):
        priority, postpaid = self.commit.body.get("priority"), self.commit.type == "POSTPAID"
        own = self.commit.contract is not None
        return (
            postpaid,
            priority is None,
            number(priority or 0),
            not self.commit.is_free(),
            self.products(contract),
            0 if postpaid else self.values_alone(),
            self.last,
            self.start,
            1 if own else len(self.commit.contracts) or NEVER,
            not own,
            self.number,
        )


class Slice:
    """A part of a line in one window and one tier."""

    def __init__(self, line, start, end, place, part):
        self.line, self.start, self.end, self.place = line, start, end, place
        self.part, self.quantity = part, part.quantity

    def price(self, segment=None):
        """For one, where this segment pays, or none."""
        return self.part.quote(self.line.run.offer.by(segment))[1]

    def level(self, segment=None):
        return self.part.quote(self.line.run.offer.by(segment))[0]

    def open_to(self, segment):
        return self.quantity > 0 and (self.price() > 0 or self.price(segment) > 0)

    def is_none(self, segment):
        """A fee that is none at the prices at which it is paid."""
        prices = self.line.run.offer.by(segment)
        return self.part.kind == "FEE" and prices.fee(self.part.at) == 0

    def lies_in(self, segment):
        if self.part.kind == "SUBSCRIPTION":
            return segment.start <= self.start < segment.end
        if self.part.kind in ("WHOLE", "MINIMUM"):
            return segment.start < self.end <= segment.end
        return segment.start <= self.start and self.end <= segment.end

    def queue(self):
        return (id(self.line), self.start)

    def before(self):
        """Where its line stands among lines that begin at the same instant with the same price."""
        name = self.line.product.at(self.start)["name"].encode()
        place = (name, *self.line.place(), self.line.product.id)
        return (*place, self.part.kind == "MINIMUM")


class Payments:
    """Who pays what of an invoice; segments in their order, slices in any."""

    def __init__(self, contract, segments, slices, left):
        self.contract, self.segments, self.slices, self.left = contract, segments, slices, left
        self.known = {}

    def reaches(self, k, piece):
        segment = self.segments[k]
        may = piece.lies_in(segment) and piece.open_to(segment)
        return may and segment.may_pay(self.contract, piece.line)

    def rest(self, k, piece):
        """The quantity of a slice that is open when segment k comes."""
        return piece.quantity - sum(self.covered(j, piece) for j in range(k))

    @lru_cache(maxsize=None)
    def line_up(self, k):
        """The slices segment k may pay, in its order. A slice waits for those before it
        in its line, so that it stands by the lowest price from the first one that is open."""
        queues = defaultdict(list)
        for piece in sorted(self.slices, key=lambda s: s.place):
            if self.reaches(k, piece) and self.rest(k, piece) > 0:
                queues[piece.queue()].append(piece)
        keyed = []
        for queue in queues.values():
            for i, piece in enumerate(queue):
                lowest = min(p.price() for p in queue[: i + 1])
                kind = ("USAGE", "SUBSCRIPTION", "COMPOSITE").index(piece.line.product.type)
                keyed.append(((kind, piece.start, -lowest, *piece.before(), i), piece))
        return [piece for _, piece in sorted(keyed, key=lambda pair: pair[0])]

    def takes(self, k, piece, there):
        """Of an open slice, by a segment that has this much."""
        rest, price = self.rest(k, piece), piece.price(self.segments[k])
        if there <= 0:
            return Fraction(0)
        return rest if price == 0 else min(rest, there / price)

    def covered(self, k, piece):
        if (k, piece) not in self.known:
            quantity = Fraction(0)
            if self.reaches(k, piece):
                there = self.left[self.segments[k].id]
                for other in self.line_up(k):
                    quantity = self.takes(k, other, there)
                    if other is piece:
                        break
                    there -= quantity * other.price(self.segments[k])
                else:
                    quantity = Fraction(0)
            self.known[k, piece] = quantity
        return self.known[k, piece]

    def parts(self, piece):
        """[(segment or None, quantity)]: who covers what of a slice."""
        if piece.quantity <= 0:
            return [(None, piece.quantity)]
        found = [(s, self.covered(k, piece)) for k, s in enumerate(self.segments)]
        found.append((None, self.rest(len(self.segments), piece)))
        return [(s, n) for s, n in found if n != 0]
