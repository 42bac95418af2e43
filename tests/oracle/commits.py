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


def amount(rule, part):
    whole = number(rule["unit_price"]) * number(rule["quantity"])
    return whole * part


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

    def prorated(self, name, part):
        rule = self.body.get("proration_rounding", {}).get(name)
        value = amount(self.body[f"{name}_amount"], part)
        if part == 1 or not rule:
            return value
        return rounded(value, rule["decimal_places"], rule["rounding_method"])

    def child(self, k):
        start, part = max(self.bound(k), self.start), self.part(k)
        end = min(self.bound(k + self.body["commit_duration"]["value"]), self.end)
        identity = derived("recurring_child", self.body["id"], stamp(start))
        segment = {
            "id": derived("access_segment", identity, stamp(start)),
            "amount": str(self.prorated("access", part)),
            "starting_at": stamp(start),
            "ending_before": stamp(end),
        }
        access = {"schedule_items": [segment]}
        if "credit_type_id" in self.body["access_amount"]:
            access["credit_type_id"] = self.body["access_amount"]["credit_type_id"]
        body = {k: v for k, v in self.body.items() if k in COMMON}
        body.update(id=identity, type=self.kind, access_schedule=access)
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
