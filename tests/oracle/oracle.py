"""oracle - invoices and balances, computed a second time.

Files holds the bodies that the tools are given, and evaluate() says what has to
come out of them, in exact fractions.

Written from mtr-pricing(7), not from the programs, and built the other way
round. There is no state: what a window holds, where a counter stands and what a
segment pays of a slice are functions of the terms and the events. A line asks
each balance what it pays of it, and the answer depends on what that balance
pays of the lines before it.
"""
from collections import defaultdict
from fractions import Fraction

from balances import Segment
from commits import Commit, commits_of
from contracts import Contract
from figures import USD, derived, instant, number, stamp
from prices import Rate
from runs import Line
from usage import Product

USD_ID = "2714e483-4ff1-48e4-9e25-ac732e8f24f2"
KINDS = (
    "SEGMENT_START",
    "SEAT_BASED_ADJUSTMENT",
    "MANUAL",
    "AUTOMATED_INVOICE_DEDUCTION",
    "TRUEUP",
    "EXPIRATION",
)


# ---- a customer ----


class Customer:
    """Contracts in the order of creation, and what they share."""

    def __init__(self, id_, files, now):
        self.now = now
        bodies = [c for c in files.contracts if c["customer_id"] == id_]
        self.contracts = [Contract(body, files, now) for body in bodies]
        shared = [Commit(b, None) for b in files.balances if b["customer_id"] == id_]
        commits = [c for k in self.contracts for c in commits_of(k, now)] + shared
        for commit in commits:
            for item in commit.body["access_schedule"]["schedule_items"]:
                commit.given[item["id"]] = files.given[item["id"]]
        bodies = [(c, i) for c in commits for i in c.body["access_schedule"]["schedule_items"]]
        self.segments = [Segment(c, i, n) for n, (c, i) in enumerate(bodies)]
        for contract in self.contracts:
            contract.siblings = [k for k in self.contracts if k.unit]
            contract.commits = [c for c in commits if c.biller == contract.id]
            contract.segments = [s for s in self.segments if s.commit.serves(contract)]
        self.alone = not any(s.commit.contract is None for s in self.segments)
        self.left = {s.id: s.granted() for s in self.segments}
        self.entries = defaultdict(list)

    def drawing(self):
        """Invoices in the order in which they draw: (when, whether it is scheduled, the
        contract, issued_at, how it is made)."""
        found = []
        for k in self.contracts:
            for start, end, issued in k.begun(self.now):
                if issued <= self.now or (end <= self.now and not self.alone):
                    found.append((end, False, k, issued, (k.invoice, start, end, issued)))
            for (at, unit), lines in k.groups(self.now).items():
                found.append((at, True, k, at, (k.scheduled, at, unit, lines)))
        order = self.contracts.index
        return sorted(found, key=lambda x: (x[0], x[1], x[2].start, order(x[2])))

    def invoices(self):
        for at, _, contract, issued, (make, *terms) in self.drawing():
            left = {s.id: self.left[s.id] + s.added(at) for s in self.segments}
            document, paid = make(*terms, left)
            for segment in contract.segments:
                amount = paid.get(segment.id)
                if amount:
                    self.left[segment.id] -= amount
                    if issued <= self.now:
                        became_final = (issued, contract.id, id_of(document))
                        self.enter(segment, min(segment.end, at), "AUTOMATED_INVOICE_DEDUCTION", -amount, became_final)
            if document and issued <= self.now:
                yield document

    def enter(self, segment, at, kind, amount, became_final=()):
        self.entries[segment.id].append((at, KINDS.index(kind), became_final, kind, amount))

    def is_settled(self, segment):
        drawn_by = [k for k in self.contracts if segment.commit.serves(k)]
        return all(k.is_billed(segment.start, segment.end, self.now) for k in drawn_by)

    def pays_fees_later(self, segment):
        """A fee that begins in its window stands on an invoice that is not final."""
        for contract in (k for k in self.contracts if segment.commit.serves(k)):
            for fee in contract.fees:
                line = Line(fee.subscription.product, fee, {}, {})
                inside = segment.start <= fee.start < segment.end and fee.price > 0
                open_ = inside and not contract.is_charged(fee, self.now)
                if open_ and segment.may_pay(contract, line):
                    return True
        return False

    def trueups(self):
        for segment in self.segments:
            commit = segment.commit
            if not commit.is_trued_up():
                continue
            at = commit.dates()[0][0]
            over = max(at, segment.end) <= self.now and self.is_settled(segment)
            left = self.left[segment.id]
            biller = [k for k in self.contracts if k.id == commit.biller]
            if over and left > 0 and biller:
                self.enter(segment, at, "TRUEUP", -left)
                yield biller[0].trueup(commit, at, left)

    def ledger(self, segment):
        """After invoices() and trueups()."""
        commit, entries = segment.commit, list(self.entries[segment.id])
        if segment.start > self.now:
            return []
        if segment.amount or not segment.increases:  # what seats add to nothing stands alone
            entries.append((segment.start, 0, (), KINDS[0], segment.amount))
        more = [(at, amount) for at, amount in segment.increases if at <= self.now]
        entries += [(at, 1, (), KINDS[1], amount) for at, amount in more]
        entries += [(at, 2, (), KINDS[2], amount) for at, amount in segment.given]
        left = sum(amount for *_, amount in entries)
        over = segment.end <= self.now and self.is_settled(segment)
        over = over and not self.pays_fees_later(segment)
        if left > 0 and over and not commit.is_trued_up():
            entries.append((segment.end, len(KINDS), (), KINDS[-1], -left))
        entries.sort(key=lambda e: e[:3])
        shown = ((commit.entry(kind), at, amount) for at, _, _, kind, amount in entries)
        return [dict(zip(("type", "timestamp", "amount"), entry)) for entry in shown]


def id_of(document):
    """Of an invoice, by which those of one instant become final."""
    unit = USD_ID if document["credit_type"] == USD else derived("currency", document["credit_type"])
    at = stamp(document.get("start_timestamp", document["issued_at"]))
    return derived("invoice", document["contract_id"], document["type"], at, unit, "0")


# ---- files ----

NAMES = (
    "metrics",
    "products",
    "updates",
    "cards",
    "rates",
    "contracts",
    "balances",
    "adjustments",
    "events",
)


class Files:
    """What the tools are given, by object; rows is a dictionary of lists of bodies."""

    def __init__(self, rows):
        self.metrics = {m["id"]: m for m in rows["metrics"]}
        updates = defaultdict(list)
        for u in rows["updates"]:
            updates[u["product_id"]].append(u)
        self.products = {p["id"]: Product(p, updates[p["id"]]) for p in rows["products"]}
        self.cards = {c["id"]: c for c in rows["cards"]}
        self.rates = defaultdict(list)
        for seq, r in enumerate(rows["rates"]):
            self.rates[r["rate_card_id"]].append(Rate(r, seq))
        self.events = defaultdict(list)
        for e in rows["events"]:
            self.events[e["customer_id"]].append({**e, "at": instant(e["timestamp"])})
        self.contracts, self.balances = rows["contracts"], rows["balances"]
        self.given = defaultdict(list)
        for a in rows["adjustments"]:
            self.given[a["segment_id"]].append((instant(a["timestamp"]), number(a["amount"])))


def printed(key, value):
    return stamp(value) if key in INSTANTS and not isinstance(value, Fraction) else plain(value)


def plain(value):
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, dict):
        return {k: printed(k, v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


INSTANTS = (
    "starting_at",
    "ending_before",
    "start_timestamp",
    "end_timestamp",
    "issued_at",
    "timestamp",
)


def evaluate(customer_id, files, now):
    """The invoices of a customer that are final at now, and the balances it has."""
    customer = Customer(customer_id, files, now)
    invoices = list(customer.invoices())
    invoices += customer.trueups()
    balances = [
        {
            "commit_id": s.commit.id,
            "segment_id": s.id,
            "granted": s.amount,
            "entries": customer.ledger(s),
        }
        for s in customer.segments
    ]
    return invoices, balances
