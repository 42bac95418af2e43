"""balances - which segment pays how much of which slice.

There is no state here: what a segment pays of a slice is a function of what is
open when it comes, and of the slices before it.
"""
from collections import defaultdict
from fractions import Fraction
from functools import lru_cache

from figures import NEVER, USD, instant, number


class Segment:
    def __init__(self, contract, commit, body, number_):
        self.contract, self.commit, self.id = contract, commit, body["id"]
        self.start, self.end = instant(body["starting_at"]), instant(body["ending_before"])
        self.last = self.end  # as it was given; the order of balances goes by it
        self.end = min(self.end, contract.end)
        self.amount, self.number = number(body["amount"]), number_
        self.named = set(commit.get("applicable_product_ids", ()))
        self.tags = set(commit.get("applicable_product_tags", ()))
        self.unit = commit["access_schedule"].get("credit_type_id", USD)

    def applies(self, product):
        if not self.named and not self.tags:
            return True
        return product.id in self.named or bool(self.tags & product.tags(self.start))

    def may_pay(self, product):
        return self.unit == self.contract.unit and self.applies(product)

    def rank(self):
        products = {p.id for p in self.contract.card_products() if self.applies(p)} | self.named
        priority = self.commit.get("priority")
        return (
            priority is None,
            number(priority or 0),
            self.contract.paid_for(self.commit) != 0,
            len(products) if self.named or self.tags else NEVER,
            self.last,
            self.start,
            self.number,
        )


class Slice:
    """A part of a line in one window and one tier."""

    def __init__(self, line, start, end, place, level, quantity, price):
        self.line, self.start, self.end, self.place = line, start, end, place
        self.level, self.quantity, self.price = level, quantity, price

    def open(self):
        return self.quantity > 0 and self.price > 0

    def queue(self):
        return (id(self.line), self.start)

    def before(self):
        """Where its line stands among lines that begin at the same instant with the same price."""
        name = self.line.product.at(self.start)["name"].encode()
        return (name, *self.line.place(), self.line.product.id)


class Payments:
    """Who pays what of an invoice; segments in their order, slices in any."""

    def __init__(self, segments, slices, left):
        self.segments, self.slices, self.left = segments, slices, left
        self.known = {}

    def reaches(self, k, piece):
        segment = self.segments[k]
        inside = segment.start <= piece.start and piece.end <= segment.end
        return inside and piece.open() and segment.may_pay(piece.line.product)

    def rest(self, k, piece):
        """The money of a slice that is open when segment k comes."""
        return piece.quantity * piece.price - sum(self.paid(j, piece) for j in range(k))

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
                lowest = min(p.price for p in queue[: i + 1])
                kind = piece.line.product.type == "COMPOSITE"
                keyed.append(((kind, piece.start, -lowest, *piece.before(), i), piece))
        return [piece for _, piece in sorted(keyed, key=lambda pair: pair[0])]

    def paid(self, k, piece):
        if (k, piece) not in self.known:
            amount = Fraction(0)
            if self.reaches(k, piece):
                there = self.left[self.segments[k].id]
                for other in self.line_up(k):
                    if other is piece:
                        amount = min(there, self.rest(k, piece))
                        break
                    there -= min(there, self.rest(k, other))
            self.known[k, piece] = amount
        return self.known[k, piece]

    def parts(self, piece):
        """[(segment or None, quantity)]: who covers what of a slice."""
        if not piece.open():
            return [(None, piece.quantity)]
        found = [(s, self.paid(k, piece) / piece.price) for k, s in enumerate(self.segments)]
        rest = self.rest(len(self.segments), piece) / piece.price
        return [(s, n) for s, n in found + [(None, rest)] if n != 0]
