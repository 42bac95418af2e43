"""commits - what a contract may draw: commits, credits, and what recurring items give.

Each becomes a body like that of a commit, with a type, one or more segments, and
perhaps an invoice schedule.
"""
from fractions import Fraction

from figures import HOUR, NEVER, USD, derived, instant, number, rounded, schedule_items, stamp
from figures import steps_on


class Commit:
    """contract: whose own it is; None: it is the customer's."""

    def __init__(self, body, contract):
        self.body, self.contract, self.id = body, contract, body["id"]
        self.type = body.get("type", "CREDIT")
        self.name, self.product = body.get("name"), body["product_id"]
        self.contracts = body.get("applicable_contract_ids", ())
        self.schedule = body.get("invoice_schedule")
        self.biller = body.get("invoice_contract_id") if contract is None else contract.id
        self.unit = body["access_schedule"].get("credit_type_id", USD)
        self.given = {}  # by hand: segment id -> [(instant, amount)]

    def serves(self, contract):
        if self.contract is not None:
            return self.contract is contract
        return not self.contracts or contract.id in self.contracts

    def dates(self):
        return schedule_items(self.schedule) if self.schedule else []

    def is_free(self):
        return sum((n * price for _, price, n in self.dates()), Fraction(0)) == 0

    def is_bought(self):
        billed = self.schedule and not self.schedule.get("do_not_invoice")
        return self.type == "PREPAID" and bool(billed)

    def is_trued_up(self):
        return self.type == "POSTPAID" and not self.body.get("trueup_disabled")

    def entry(self, kind):
        if self.type == "CREDIT":
            return "CREDIT_" + kind
        if self.type == "POSTPAID" and kind == "SEGMENT_START":
            kind = "INITIAL_BALANCE"
        return f"{self.type}_COMMIT_{kind}"


COMMON = (
    "product_id",
    "name",
    "priority",
    "rate_type",
    "applicable_product_ids",
    "applicable_product_tags",
    "specifiers",
)


class Recurring:
    def __init__(self, contract, body, kind):
        self.contract, self.body, self.kind = contract, body, kind
        self.start = instant(body["starting_at"])
        self.end = min(instant(body.get("ending_before")), contract.end)
        self.frequency = body.get("recurrence_frequency")

    def bound(self, k):
        """The start of cell k of the grid."""
        if self.frequency:
            return steps_on(self.start, self.frequency, k)
        anchor, frequency = self.contract.grid()
        return steps_on(anchor, frequency, k)

    def first(self):
        """The cell that holds the start of the item."""
        k = 0
        while self.bound(k) > self.start:
            k -= 1
        while self.bound(k + 1) <= self.start:
            k += 1
        return k

    def part(self, k):
        how = self.body.get("proration", "FIRST_AND_LAST")
        begin, end = self.bound(k), self.bound(k + 1)
        a = max(begin, self.start) if how in ("FIRST", "FIRST_AND_LAST") else begin
        b = min(end, self.end) if how in ("LAST", "FIRST_AND_LAST") else end
        return Fraction((b - a) // HOUR, (end - begin) // HOUR)

    def prorated(self, name, part, quantity=None):
        rule = self.body.get("proration_rounding", {}).get(name)
        terms = self.body[f"{name}_amount"]
        quantity = number(terms["quantity"]) if quantity is None else quantity
        value = number(terms["unit_price"]) * quantity * part
        if part == 1 or not rule:
            return value
        return rounded(value, rule["decimal_places"], rule["rounding_method"])

    def links(self, k):
        """Of a child that goes by the seats of a subscription: [(seat or None, how many at
        its start, [(instant, how many more)])]"""
        config = self.body["subscription_config"]
        mine = [s for s in self.contract.subscriptions if s.id == config["subscription_id"]]
        start, end = max(self.bound(k), self.start), min(self.bound(k + 1), self.end)
        if config.get("allocation") == "INDIVIDUAL":
            return mine[0].seats_in(start, end)
        first, *more = mine[0].granted_in(start, end)
        return [(None, first[1], more)]

    def segments(self, k, identity):
        start, part = max(self.bound(k), self.start), self.part(k)
        end = min(self.bound(k + self.body["commit_duration"]["value"]), self.end)
        window = {"starting_at": stamp(start), "ending_before": stamp(end)}
        if "subscription_config" not in self.body:
            id_ = derived("access_segment", identity, stamp(start))
            return [{"id": id_, "amount": str(self.prorated("access", part)), **window}]
        found = []
        for seat, quantity, more in self.links(k):
            id_ = derived("access_segment", identity, stamp(start))
            if seat is not None:
                id_ = derived("seat_segment", identity, seat)
            amount = self.prorated("access", part, quantity)
            segment = {"id": id_, "amount": str(amount), **window}
            segment["increases"] = [(t, self.increase(k, t, n)) for t, n in more]
            if seat is not None:
                segment["seat"] = (self.seat_key(), seat)
            found.append(segment)
        return found

    def seat_key(self):
        id_ = self.body["subscription_config"]["subscription_id"]
        bodies = [s for s in self.contract.body["subscriptions"] if s["id"] == id_]
        return bodies[0]["seat_config"]["seat_group_key"]

    def increase(self, k, t, quantity):
        """What more seats add at t."""
        config = self.body["subscription_config"].get("apply_seat_increase_config", {})
        begin, end = self.bound(k), self.bound(k + 1)
        part = Fraction((min(end, self.end) - t) // HOUR, (end - begin) // HOUR)
        return self.prorated("access", part if config.get("is_prorated") else 1, quantity)

    def child(self, k):
        start, part = max(self.bound(k), self.start), self.part(k)
        identity = derived("recurring_child", self.body["id"], stamp(start))
        access = {"schedule_items": self.segments(k, identity)}
        if "credit_type_id" in self.body["access_amount"]:
            access["credit_type_id"] = self.body["access_amount"]["credit_type_id"]
        body = {k: v for k, v in self.body.items() if k in COMMON}
        body.update(id=identity, recurring_id=self.body["id"], type=self.kind, access_schedule=access)
        if "invoice_amount" in self.body:
            rule = self.body["invoice_amount"]
            price = {k: rule[k] for k in ("unit_price", "quantity")}
            if part != 1:
                price = {"amount": str(self.prorated("invoice", part))}
            schedule = {"schedule_items": [{"timestamp": stamp(start), **price}]}
            if "credit_type_id" in rule:
                schedule["credit_type_id"] = rule["credit_type_id"]
            body["invoice_schedule"] = schedule
        return body

    def children(self, now):
        k, found = self.first(), []
        while max(self.bound(k), self.start) < min(self.end, NEVER) and self.bound(k) <= now:
            if max(self.bound(k), self.start) <= now:
                found.append(self.child(k))
            k += 1
        return found


def commits_of(contract, now):
    """The contract's own, in their order."""
    body = contract.body
    found = [Commit(c, contract) for c in body.get("commits", ())]
    found += [Commit({**c, "type": "CREDIT"}, contract) for c in body.get("credits", ())]
    for name, kind in (("recurring_commits", "PREPAID"), ("recurring_credits", "CREDIT")):
        for item in body.get(name, ()):
            children = Recurring(contract, item, kind).children(now)
            found += [Commit(child, contract) for child in children]
    return found
