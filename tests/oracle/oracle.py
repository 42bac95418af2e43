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
from itertools import takewhile

from balances import Payments, Segment, Slice
from figures import DAY, HOUR, MONTHS, NEVER, PLACES, USD
from figures import instant, rounded, schedule_items, stamp, steps_on
from runs import Line, Period
from usage import Product, Rate, feeds

APPLIED = "applied_commit_or_credit"
START = "PREPAID_COMMIT_SEGMENT_START"
DEDUCTION = "PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION"
EXPIRATION = "PREPAID_COMMIT_EXPIRATION"
TYPE_NAMES = {
    "USAGE": "UsageProductListItem",
    "COMPOSITE": "CompositeProductListItem",
    "FIXED": "FixedProductListItem",
}


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
        self.drawn = defaultdict(Fraction)  # by segment, on the invoices so far
        self.entries = defaultdict(list)
        commits = body.get("commits", ())
        items = [(c, i) for c in commits for i in c["access_schedule"]["schedule_items"]]
        self.segments = [Segment(self, c, i, n) for n, (c, i) in enumerate(items)]

    def usage(self, metric):
        if metric not in self.fed:
            self.fed[metric] = [e for e in self.events if feeds(self.metrics[metric], e)]
        return self.fed[metric]

    def card_products(self):
        return [self.catalogue[p] for p in dict.fromkeys(r.product for r in self.rates)]

    def paid_for(self, commit):
        schedule = commit.get("invoice_schedule")
        items = schedule_items(schedule) if schedule else []
        return sum((quantity * price for _, price, quantity in items), Fraction(0))

    def periods(self):
        """(start, end, issued_at) of the usage invoices, one after the other."""
        schedule = self.body.get("usage_statement_schedule", {"frequency": "MONTHLY"})
        frequency, day = schedule["frequency"], schedule.get("day", "FIRST_OF_MONTH")
        anchor = {
            "FIRST_OF_MONTH": self.start if frequency == "WEEKLY" else 0,
            "CONTRACT_START": self.start,
            "CUSTOM_DATE": instant(schedule.get("billing_anchor_date")),
        }[day]
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

    def final(self, now):
        return list(takewhile(lambda period: period[2] <= now, self.periods())) if self.unit else []

    # ---- usage invoices ----

    def invoice(self, start, end, issued):
        period = Period(self, start, end)
        order = sorted((s for s in self.segments if s.unit == self.unit), key=Segment.rank)
        lines, slices = [], []
        for product in self.card_products():
            if period.rates(product):
                composite = product.type == "COMPOSITE"
                found = period.composite(product) if composite else period.usage(product)
                lines.append((product, found))
                for line in found:
                    slices += self.slices_of(line)
        left = {s.id: s.amount - self.drawn[s.id] for s in order}
        payments = Payments(order, slices, left)
        printed = []
        for product, found in lines:
            mine = [s for s in slices if s.line.product is product]
            printed += self.lines_of(period, product, found, mine, payments)
        paid = [x for x in printed if x["type"] == APPLIED]
        for segment in order:
            amount = sum(-x["total"] for x in paid if x["commit_segment_id"] == segment.id)
            if amount:
                self.drawn[segment.id] += amount
                entry = (min(segment.end, end), 1, DEDUCTION, -amount)
                self.entries[segment.id].append(entry)
        head = {"start_timestamp": start, "end_timestamp": end, "issued_at": issued}
        return self.document({"type": "USAGE", **head}, self.unit, printed)

    def balance_cuts(self, product):
        return sorted({t for s in self.segments if s.may_pay(product) for t in (s.start, s.end)})

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
                printed.append(usage_line(product, a, b, line, rate, 0, Fraction(0), None, 1))
        printed.sort(key=lambda x: x["place"])
        applications = []
        for segment in payments.segments:
            covered = [x for x in printed if x["by"] is segment]
            if covered:
                applications.append(application(product, segment, covered))
        return [x for x in printed if x["by"]] + applications + [x for x in printed if not x["by"]]

    # ---- scheduled invoices ----

    def scheduled(self, now):
        groups = defaultdict(list)
        for c in self.body.get("commits", ()):
            if "invoice_schedule" in c:
                for at, unit_price, quantity in schedule_items(c["invoice_schedule"]):
                    line = self.fixed_line("commit_purchase", c, at, unit_price, quantity)
                    line["commit_id"] = c["id"]
                    groups[at, c["invoice_schedule"].get("credit_type_id", USD)].append(line)
        for c in self.body.get("scheduled_charges", ()):
            for at, unit_price, quantity in schedule_items(c["schedule"]):
                line = self.fixed_line("scheduled", c, at, unit_price, quantity)
                line["scheduled_charge_id"] = c["id"]
                groups[at, c["schedule"].get("credit_type_id", USD)].append(line)
        for (at, unit), lines in groups.items():
            if at <= now and any(x["total"] for x in lines):
                yield self.document({"type": "SCHEDULED", "issued_at": at}, unit, lines)

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
        total = sum((x["total"] for x in lines), Fraction(0))
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

    def ledger(self, segment, now):
        entries = [(segment.start, 0, START, segment.amount)] + self.entries[segment.id]
        left = sum(amount for *_, amount in entries)
        # What is left at the end is known when every invoice that may draw on it is final.
        pending = next((a for a, _, issued in self.periods() if issued > now), NEVER)
        if left and segment.end <= now and segment.end <= pending:
            entries.append((segment.end, 2, EXPIRATION, -left))
        entries.sort()
        return [{"type": t, "timestamp": at, "amount": amount} for at, _, t, amount in entries]


# ---- lines ----


def shown(line):
    return {k: v for k, v in line.items() if k not in ("by", "place") and v not in (None, {}, [])}


def usage_line(product, a, b, line, rate, level, quantity, segment, direction):
    terms, price = product.at(a), rate.tiers[level][1]
    paid = {"commit_id": segment.commit["id"], "commit_segment_id": segment.id} if segment else {}
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
        "tier": rate.tier(level),
        "pricing_group_values": line.pricing,
        "presentation_group_values": line.presentation,
        **paid,
        "by": segment,
        "place": (a, *line.place(), direction * level),
    }


def merged(product, line, slices, payments):
    """The lines of one run: parts of neighbouring windows with equal tier and
    coverage are one line; a window without usage of the tier does not separate."""
    chains = []  # [level, segment, index of the last window, start, end, quantity, direction]
    windows = defaultdict(list)  # of each tier
    for piece in sorted(slices, key=lambda s: (s.start, s.place)):
        if piece.start not in windows[piece.level]:
            windows[piece.level].append(piece.start)
        index = windows[piece.level].index(piece.start)
        for segment, quantity in payments.parts(piece):
            for chain in chains:
                if chain[:2] == [piece.level, segment] and chain[2] == index - 1:
                    chain[2], chain[4], chain[5] = index, piece.end, chain[5] + quantity
                    break
            else:
                sign = -1 if piece.quantity < 0 else 1
                chains.append([piece.level, segment, index, piece.start, piece.end, quantity, sign])
    return [
        usage_line(product, a, b, line, line.run.rate, level, n, segment, sign)
        for level, segment, _, a, b, n, sign in chains
        if n != 0
    ]


def application(product, segment, covered):
    start = min(x["starting_at"] for x in covered)
    bought = segment.contract.catalogue[segment.commit["product_id"]]
    name = segment.commit.get("name") or bought.at(segment.start)["name"]
    return {
        "name": name + " applied",
        "type": APPLIED,
        "product_id": product.id,
        "product_type": TYPE_NAMES[product.type],
        "product_tags": list(product.at(start).get("tags", [])),
        "starting_at": start,
        "ending_before": max(x["ending_before"] for x in covered),
        "total": -sum(x["total"] for x in covered),
        "commit_id": segment.commit["id"],
        "commit_segment_id": segment.id,
    }


# ---- files ----

NAMES = ("metrics", "products", "updates", "cards", "rates", "contracts", "events")


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
        self.contracts = rows["contracts"]


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


def evaluate(body, files, now):
    """The invoices of a contract that are final at now, and the balances of its commits."""
    contract = Contract(body, files)
    invoices = [contract.invoice(*p) for p in contract.final(now)]
    invoices += contract.scheduled(now)
    balances = [
        {
            "commit_id": s.commit["id"],
            "segment_id": s.id,
            "granted": s.amount,
            "used": contract.drawn[s.id],
            "entries": contract.ledger(s, now),
        }
        for s in contract.segments
    ]
    return invoices, balances
