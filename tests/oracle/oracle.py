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

from balances import Payments, Segment, Slice
from commits import Commit, commits_of
from figures import DAY, HOUR, MONTHS, PLACES, USD
from figures import instant, number, rounded, schedule_items, stamp, steps_on
from runs import Line, Period
from usage import Product, Rate, feeds

APPLIED = "applied_commit_or_credit"
TYPE_NAMES = {
    "USAGE": "UsageProductListItem",
    "COMPOSITE": "CompositeProductListItem",
    "FIXED": "FixedProductListItem",
}
KINDS = ("SEGMENT_START", "MANUAL", "AUTOMATED_INVOICE_DEDUCTION", "TRUEUP", "EXPIRATION")


# ---- a contract ----


class Contract:
    def __init__(self, body, files):
        self.body, self.files, self.id = body, files, body["id"]
        self.start, self.end = instant(body["starting_at"]), instant(body.get("ending_before"))
        self.metrics, self.catalogue = files.metrics, files.products
        card = body.get("rate_card_id")
        self.rates = files.rates[card] if card else []
        self.unit = files.cards[card].get("fiat_credit_type_id", USD) if card else None
        self.events = files.events[body["customer_id"]]
        self.fed = {}
        self.segments = []  # that it may draw
        self.commits = []  # that it bills: its own, then those of its customer

    def usage(self, metric):
        if metric not in self.fed:
            self.fed[metric] = [e for e in self.events if feeds(self.metrics[metric], e)]
        return self.fed[metric]

    def card_products(self):
        return [self.catalogue[p] for p in dict.fromkeys(r.product for r in self.rates)]

    def grid(self):
        """Anchor and frequency of the usage statements."""
        schedule = self.body.get("usage_statement_schedule", {"frequency": "MONTHLY"})
        frequency, day = schedule["frequency"], schedule.get("day", "FIRST_OF_MONTH")
        anchor = {
            "FIRST_OF_MONTH": self.start if frequency == "WEEKLY" else 0,
            "CONTRACT_START": self.start,
            "CUSTOM_DATE": instant(schedule.get("billing_anchor_date")),
        }[day]
        return anchor, frequency

    def periods(self):
        """(start, end, issued_at) of the usage invoices, one after the other."""
        schedule = self.body.get("usage_statement_schedule", {})
        anchor, frequency = self.grid()
        first = instant(schedule.get("invoice_generation_starting_at") or self.body["starting_at"])
        step = 7 * DAY if frequency == "WEEKLY" else 31 * DAY * MONTHS[frequency]
        k = (self.start - anchor) // step - 2
        grace = schedule.get("grace_hours", 24) * HOUR
        while True:
            a, b = steps_on(anchor, frequency, k), steps_on(anchor, frequency, k + 1)
            a, b, k = max(a, self.start), min(b, self.end), k + 1
            if a >= self.end:
                return
            if a < b and a >= first:
                yield a, b, b + grace

    def begun(self, now):
        """The periods that have begun."""
        if self.unit:
            for period in self.periods():
                if period[0] > now:
                    return
                yield period

    def is_billed(self, start, end, now):
        """Every usage invoice that overlaps is final."""
        over = (p for p in self.begun(now) if p[1] > start and p[0] < end)
        return all(issued <= now for _, _, issued in over)

    # ---- usage invoices ----

    def invoice(self, start, end, issued, left):
        """The document, and what each segment paid."""
        period = Period(self, start, end)
        order = sorted(self.segments, key=lambda s: s.rank(self))
        lines, slices = [], []
        for product in self.card_products():
            if period.rates(product):
                composite = product.type == "COMPOSITE"
                found = period.composite(product) if composite else period.usage(product)
                lines.append((product, found))
                for line in found:
                    slices += self.slices_of(line)
        payments = Payments(self, order, slices, left)
        printed = []
        for product, found in lines:
            mine = [s for s in slices if s.line.product is product]
            printed += self.lines_of(period, product, found, mine, payments)
        paid = defaultdict(Fraction)
        for line in printed:
            if line["type"] == APPLIED:
                paid[line["commit_segment_id"]] -= line["total"]
        head = {"start_timestamp": start, "end_timestamp": end, "issued_at": issued}
        return self.document({"type": "USAGE", **head}, self.unit, printed), paid

    def balance_cuts(self, product):
        concerned = [s for s in self.segments if s.concerns(self, product)]
        return sorted({t for s in concerned for t in (s.start, s.end)})

    def slices_of(self, line):
        found = []
        for a, b in line.run.pieces(self.balance_cuts(line.product)):
            for place, part in enumerate(line.run.slices(a, b)):
                found.append(Slice(line, a, b, place, *part))
        return found

    def lines_of(self, period, product, found, slices, payments):
        printed = []
        for line in found:
            printed += merged(product, line, [s for s in slices if s.line is line], payments)
        if not printed:
            zero = period.zero_line(product, found)
            if zero:
                a, b, rate = zero
                line = Line(product, None, {}, {})
                printed.append(usage_line(product, a, b, line, rate, 0, Fraction(0), None, 0))
        printed.sort(key=lambda x: x["place"])
        applications = []
        for segment in payments.segments:
            covered = [x for x in printed if x["by"] is segment]
            if any(x["total"] for x in covered):
                bought = self.catalogue[segment.commit.product]
                applications.append(application(product, segment, bought, covered))
        return [x for x in printed if x["by"]] + applications + [x for x in printed if not x["by"]]

    # ---- scheduled invoices ----

    def scheduled(self, now):
        groups = defaultdict(list)
        for c in self.commits:
            for at, unit_price, quantity in c.dates() if c.is_bought() else ():
                line = self.purchase(c, at, unit_price, quantity)
                groups[at, c.schedule.get("credit_type_id", USD)].append(line)
        for c in self.body.get("scheduled_charges", ()):
            for at, unit_price, quantity in schedule_items(c["schedule"]):
                line = self.fixed_line("scheduled", c, at, unit_price, quantity)
                line["scheduled_charge_id"] = c["id"]
                groups[at, c["schedule"].get("credit_type_id", USD)].append(line)
        for (at, unit), lines in groups.items():
            if at <= now and any(x["total"] for x in lines):
                yield self.document({"type": "SCHEDULED", "issued_at": at}, unit, lines)

    def purchase(self, commit, at, unit_price, quantity):
        line = self.fixed_line("commit_purchase", commit.body, at, unit_price, quantity)
        line["commit_id"] = commit.id
        return line

    def trueup(self, commit, at, left):
        line = {**self.purchase(commit, at, left, Fraction(1)), "postpaid_commit": {"id": commit.id}}
        return self.document({"type": "SCHEDULED", "issued_at": at}, commit.unit, [line])

    def fixed_line(self, kind, body, at, unit_price, quantity):
        product = self.catalogue[body["product_id"]]
        return {
            "name": body.get("name") or product.at(at)["name"],
            "type": kind,
            "product_id": product.id,
            "product_type": TYPE_NAMES[product.type],
            "product_tags": list(product.at(at).get("tags", [])),
            "quantity": quantity,
            "unit_price": unit_price,
            "total": unit_price * quantity,
        }

    def document(self, head, unit, lines):
        total = sum((x["total"] for x in lines if counts(x)), Fraction(0))
        due = rounded(total, PLACES[unit], "ROUND_HALF_UP")
        return {
            "contract_id": self.id,
            **head,
            "credit_type": unit,
            "subtotal": sum((x["total"] for x in lines if x["type"] != APPLIED), Fraction(0)),
            "total": total,
            "amount_due": due,
            "line_items": [shown(x) for x in lines],
        }


# ---- a customer ----


class Customer:
    """Contracts in the order of creation, and what they share."""

    def __init__(self, id_, files, now):
        self.now = now
        bodies = [c for c in files.contracts if c["customer_id"] == id_]
        self.contracts = [Contract(body, files) for body in bodies]
        shared = [Commit(b, None) for b in files.balances if b["customer_id"] == id_]
        commits = [c for k in self.contracts for c in commits_of(k, now)] + shared
        for commit in commits:
            for item in commit.body["access_schedule"]["schedule_items"]:
                commit.given[item["id"]] = files.given[item["id"]]
        bodies = [(c, i) for c in commits for i in c.body["access_schedule"]["schedule_items"]]
        self.segments = [Segment(c, i, n) for n, (c, i) in enumerate(bodies)]
        for contract in self.contracts:
            contract.commits = [c for c in commits if c.biller == contract.id]
            contract.segments = [s for s in self.segments if s.commit.serves(contract)]
        self.left = {s.id: s.granted() for s in self.segments}
        self.entries = defaultdict(list)

    def drawing(self):
        """Usage invoices in the order in which they draw."""
        found = [(k, *p) for k in self.contracts for p in k.begun(self.now)]
        order = self.contracts.index
        return sorted(found, key=lambda x: (x[2], x[0].start, order(x[0])))

    def usage(self):
        alone = not any(s.commit.contract is None for s in self.segments)
        for contract, start, end, issued in self.drawing():
            if issued > self.now and (alone or end > self.now):
                continue  # a draft that nothing final depends on
            document, paid = contract.invoice(start, end, issued, self.left)
            for segment in contract.segments:
                amount = paid[segment.id]
                self.left[segment.id] -= amount
                if amount and issued <= self.now:
                    became_final = (issued, contract.id)
                    self.enter(segment, min(segment.end, end), KINDS[2], -amount, became_final)
            if issued <= self.now:
                yield document

    def enter(self, segment, at, kind, amount, became_final=()):
        self.entries[segment.id].append((at, KINDS.index(kind), became_final, kind, amount))

    def is_settled(self, segment):
        drawn_by = [k for k in self.contracts if segment.commit.serves(k)]
        return all(k.is_billed(segment.start, segment.end, self.now) for k in drawn_by)

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
                self.enter(segment, at, KINDS[3], -left)
                yield biller[0].trueup(commit, at, left)

    def ledger(self, segment):
        """After usage() and trueups()."""
        commit, entries = segment.commit, list(self.entries[segment.id])
        if segment.start > self.now:
            return []
        entries.append((segment.start, 0, (), KINDS[0], segment.amount))
        entries += [(at, 1, (), KINDS[1], amount) for at, amount in segment.given]
        left = sum(amount for *_, amount in entries)
        over = segment.end <= self.now and self.is_settled(segment)
        if left > 0 and over and not commit.is_trued_up():
            entries.append((segment.end, 4, (), KINDS[4], -left))
        entries.sort(key=lambda e: e[:3])
        shown = ((commit.entry(kind), at, amount) for at, _, _, kind, amount in entries)
        return [dict(zip(("type", "timestamp", "amount"), entry)) for entry in shown]


# ---- lines ----


def shown(line):
    return {k: v for k, v in line.items() if k not in ("by", "place") and v not in (None, {}, [])}


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


def usage_line(product, a, b, line, rate, level, quantity, segment, place):
    terms = product.at(a)
    prices = rate.commit if segment and segment.at_commit_rate else rate
    price = prices.tiers[level][1]
    return {
        "name": terms["name"],
        "type": "usage",
        "product_id": product.id,
        "product_type": TYPE_NAMES[product.type],
        "product_tags": list(terms.get("tags", [])),
        "quantity": quantity,
        "unit_price": price,
        "total": quantity * price,
        "starting_at": a,
        "ending_before": b,
        "tier": prices.tier(level),
        "pricing_group_values": line.pricing,
        "presentation_group_values": line.presentation,
        **(paid_by(segment) if segment else {}),
        "by": segment,
        "place": (a, *line.place(), place),
    }


class Chain:
    """Parts of one tier that one segment covers, or none, until a piece has
    usage of the tier that somebody else covers."""

    def __init__(self, level, segment, piece):
        self.level, self.segment, self.start, self.place = level, segment, piece.start, piece.place
        self.quantity, self.closed, self.end = Fraction(0), False, piece.end

    def meets(self, piece):
        return tier_of(self.segment, piece) == self.level

    def line(self, product, line):
        at = (product, self.start, self.end, line, line.run.rate)
        return usage_line(*at, self.level, self.quantity, self.segment, self.place)


def tier_of(segment, piece):
    return segment.level(piece) if segment else piece.level


def merged(product, line, slices, payments):
    """The lines of one run."""
    chains = []
    for start in sorted({s.start for s in slices}):
        here = sorted((s for s in slices if s.start == start), key=lambda s: s.place)
        touched = []
        for piece in here:
            for segment, quantity in payments.parts(piece):
                key = (tier_of(segment, piece), segment)
                open_ = [c for c in chains if (c.level, c.segment) == key and not c.closed]
                if not open_:
                    open_ = [Chain(*key, piece)]
                    chains += open_
                open_[0].quantity += quantity
                open_[0].end = piece.end
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
    invoices = list(customer.usage())
    for contract in customer.contracts:
        invoices += contract.scheduled(now)
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
