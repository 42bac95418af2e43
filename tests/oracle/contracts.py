"""contracts - a contract, its periods, and the invoices that it makes."""
from collections import defaultdict
from fractions import Fraction

from balances import Payments, Slice
from composites import bases, composite
from figures import DAY, HOUR, MONTHS, PLACES, USD
from figures import instant, number, rounded, schedule_items, steps_on
from lines import APPLIED, TYPE_NAMES, application, counts, merged, shown, zero_line
from offers import Offer
from overrides import Overrides
from runs import Line, Period, plain_runs
from subscriptions import subscriptions_of
from usage import feeds, text_of


class Contract:
    def __init__(self, body, files, now):
        self.body, self.files, self.id = body, files, body["id"]
        self.start, self.end = instant(body["starting_at"]), instant(body.get("ending_before"))
        self.metrics, self.catalogue = files.metrics, files.products
        card = body.get("rate_card_id")
        self.rates = files.rates[card] if card else []
        terms = files.cards[card] if card else {}
        self.unit = terms.get("fiat_credit_type_id", USD) if card else None
        self.worth = {
            c["custom_credit_type_id"]: number(c["fiat_per_custom_credit"])
            for c in terms.get("credit_type_conversions", ())
        }
        self.overrides = Overrides(body)
        self.events = files.events[body["customer_id"]]
        self.fed = {}
        self.siblings = [self]  # all of its customer, by creation
        self.segments = []  # that it may draw
        self.commits = []  # that it bills: its own, then those of its customer
        self.subscriptions = subscriptions_of(self) if card else []
        self.fees = [f for s in self.subscriptions for f in s.fees(now)]

    def usage(self, metric, t):
        """The events that a metric is of in a window that begins at t."""
        if metric not in self.fed:
            self.fed[metric] = [e for e in self.events if feeds(self.metrics[metric], e)]
        key, values = self.filter_at(t)
        fed = self.fed[metric]
        return [e for e in fed if not key or text_of(e["properties"].get(key)) in values]

    def filters(self):
        """[(its start, key, values)] in the order in which they were set."""
        given = self.body.get("usage_filter")
        segments = [] if given is None else [given["initial"], *given["updates"]]
        return [
            (
                instant(s["starting_at"]) if "starting_at" in s else self.start,
                s["group_key"],
                sorted(text_of(v) for v in s["group_values"]),
            )
            for s in segments
        ]

    def filter_at(self, t):
        found = enumerate(self.filters())
        begun = [(start, n, *rest) for n, (start, *rest) in found if start <= t]
        return tuple(max(begun)[2:]) if begun else (None, ())

    def card_products(self):
        return [self.catalogue[p] for p in dict.fromkeys(r.product for r in self.rates)]

    def unit_of(self, product):
        """That of the first of its rates."""
        rates = (r for r in self.rates if r.product == product.id)
        return next(rates).unit or self.unit

    def turns(self, product):
        """Instants at which something changes for a product, beside its rates."""
        filters = [start for start, *_ in self.filters()]
        return product.starts() + self.overrides.turns() + filters

    def offer(self, product, rate, pricing, presentation, t):
        """Of a rate of the card and a combination of values at t."""
        line = (pricing, presentation, None)
        offer, specific = Offer(self.overrides.rate(product, rate, line, t)), {}
        for segment in self.segments if rate else ():
            if segment.concerns(self, product):
                prices = self.overrides.specific(product, rate, line, t, segment)
                if prices and prices.prices() != offer.by(segment).prices():
                    specific[segment.id] = prices
        return Offer(offer.rate, specific)

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

    def cell(self, t):
        """Of the grid, the one that holds an instant."""
        anchor, frequency = self.grid()
        step = 7 * DAY if frequency == "WEEKLY" else 31 * DAY * MONTHS[frequency]
        k = (t - anchor) // step - 2
        while steps_on(anchor, frequency, k + 1) <= t:
            k += 1
        return steps_on(anchor, frequency, k), steps_on(anchor, frequency, k + 1)

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

    def spans(self, start, end):
        """The periods that overlap an interval."""
        for a, b, _ in self.periods():
            if a >= end:
                return
            if b > start:
                yield a, b

    def until(self, t):
        """The periods that begin before t."""
        for period in self.periods():
            if period[0] >= t:
                return
            yield period

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

    def is_charged(self, fee, now):
        """The invoice of a fee is final."""
        if not fee.usage:
            return fee.date <= now
        return all(issued <= now for a, _, issued in self.until(fee.usage[1]) if a == fee.usage[0])

    # ---- usage invoices ----

    def invoice(self, start, end, issued, left):
        """The document, and what each segment paid."""
        period = Period(self, start, end)
        order = sorted(self.segments, key=lambda s: s.rank(self))
        lines, slices = [], []
        for product in self.card_products():
            found = self.priced(period, product)
            lines.append((product, found))
            for line in found:
                slices += self.slices_of(line)
        payments = Payments(self, order, slices, left)
        printed = []
        for product, found in lines:
            mine = [s for s in slices if s.line.product is product]
            printed += self.lines_of(period, product, found, mine, payments)
        head = {"start_timestamp": start, "end_timestamp": end, "issued_at": issued}
        return self.document({"type": "USAGE", **head}, self.unit, printed), paid_of(printed)

    def priced(self, period, product):
        if product.type == "COMPOSITE":
            return composite(period, product)
        return self.fees_on(period, product) if product.type == "SUBSCRIPTION" else period.usage(product)

    def fees_on(self, period, product):
        """Those on a usage invoice, as lines to be."""
        mine = [f for f in self.fees if f.subscription.product is product]
        at = (period.start, period.end)
        return [Line(product, fee, {}, {}) for fee in mine if fee.usage == at]

    def balance_cuts(self, product):
        concerned = [s for s in self.segments if s.concerns(self, product)]
        return sorted({t for s in concerned for t in (s.start, s.end)})

    def slices_of(self, line):
        found = []
        for a, b in line.run.pieces(self.balance_cuts(line.product)):
            for place, part in enumerate(line.run.parts(a, b)):
                found.append(Slice(line, a, b, place, part))
        return found

    def lines_of(self, period, product, found, slices, payments):
        printed = []
        for line in found:
            printed += merged(product, line, [s for s in slices if s.line is line], payments)
        if not printed and product.type != "SUBSCRIPTION":
            windows = bases if product.type == "COMPOSITE" else plain_runs
            zero = period.zero_line(product, windows(period, product), found)
            printed += [zero_line(product, *zero)] if zero else []
        printed.sort(key=lambda x: x["place"])
        unit = self.unit_of(product)
        applications = []
        for segment in payments.segments:
            covered = [x for x in printed if x["by"] is segment]
            if any(x["total"] for x in covered):
                bought = self.catalogue[segment.commit.product]
                applications.append(application(product, segment, bought, covered))
        covered = [x for x in printed if x["by"]]
        charged = [x for x in printed if not x["by"]]
        return [{**x, "credit_type": unit} for x in covered + applications + charged]

    # ---- scheduled invoices ----

    def groups(self, now):
        """The lines of each scheduled invoice, by date and unit; fees are apart."""
        groups = defaultdict(lambda: ([], []))
        for c in self.commits:
            for at, unit_price, quantity in c.dates() if c.is_bought() else ():
                line = self.purchase(c, at, unit_price, quantity)
                groups[at, c.schedule.get("credit_type_id", USD)][0].append(line)
        for c in self.body.get("scheduled_charges", ()):
            for at, unit_price, quantity in schedule_items(c["schedule"]):
                line = self.fixed_line("scheduled", c, at, unit_price, quantity)
                line["scheduled_charge_id"] = c["id"]
                groups[at, c["schedule"].get("credit_type_id", USD)][0].append(line)
        for fee in self.fees:
            if not fee.usage:
                line = Line(fee.subscription.product, fee, {}, {})
                groups[fee.date, self.unit][1].append(line)
        return {key: found for key, found in groups.items() if key[0] <= now}

    def scheduled(self, at, unit, found, left):
        """The document, if there is one, and what each segment paid."""
        fixed, fees = found
        order = sorted(self.segments, key=lambda s: s.rank(self))
        slices = [s for line in fees for s in self.slices_of(line)]
        payments = Payments(self, order, slices, left)
        lines = list(fixed)
        for product in dict.fromkeys(line.product for line in fees):
            mine = [line for line in fees if line.product is product]
            lines += self.lines_of(None, product, mine, slices, payments)
        if not any(x["total"] for x in lines):
            return None, {}
        return self.document({"type": "SCHEDULED", "issued_at": at}, unit, lines), paid_of(lines)

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

    def conversions(self, lines, head):
        """What stands in custom units, in money."""
        for unit, worth in self.worth.items():
            mine = [x for x in lines if x["credit_type"] == unit and counts(x)]
            left = sum((x["total"] for x in mine), Fraction(0))
            if left:
                yield {
                    "name": unit + " conversion",
                    "type": "cpu_conversion",
                    "quantity": left,
                    "unit_price": worth,
                    "total": left * worth,
                    "starting_at": head.get("start_timestamp"),
                    "ending_before": head.get("end_timestamp"),
                    "credit_type": self.unit,
                    "converted_credit_type": unit,
                }

    def document(self, head, unit, lines):
        lines = [{"credit_type": unit, **x} for x in lines]
        if unit == self.unit:
            lines += self.conversions(lines, head)
        mine = [x for x in lines if x["credit_type"] == unit]
        total = sum((x["total"] for x in mine if counts(x)), Fraction(0))
        places = PLACES.get(unit)
        due = total if places is None else rounded(total, places, "ROUND_HALF_UP")
        return {
            "contract_id": self.id,
            **head,
            "credit_type": unit,
            "subtotal": sum((x["total"] for x in mine if x["type"] != APPLIED), Fraction(0)),
            "total": total,
            "amount_due": due,
            "line_items": [shown(x) for x in lines],
        }


def paid_of(lines):
    paid = defaultdict(Fraction)
    for line in lines:
        if line["type"] == APPLIED:
            paid[line["commit_segment_id"]] -= line["total"]
    return paid
