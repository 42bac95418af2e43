"""subscriptions - quantities over time, and the fees of billing periods."""
from fractions import Fraction

from figures import HOUR, instant, number, rounded, steps_on
from offers import Offer
from prices import Part


class Fee:
    """What is charged of a period from an instant on; as a run it has one part.

    usage: the period of the usage invoice that it stands on; None: it stands on the
    scheduled invoice of its date."""

    def __init__(self, subscription, span, amounts, is_prorated):
        self.subscription, self.rate = subscription, subscription.rate
        (self.start, self.end), (self.quantity, self.price) = span, amounts
        self.is_prorated, self.usage, self.date = is_prorated, None, None
        self.offer = Offer(None)

    def pieces(self, _):
        return [(self.start, self.end)]

    def parts(self, *_):
        return [Part("SUBSCRIPTION", self.quantity, self.price)]

    def spent(self, a, b):
        """In the window that holds its start, which is clamped to the period."""
        first, last = self.usage
        at = min(max(self.start, first), last - 1)
        return self.quantity * self.price if a <= at < b else Fraction(0)


class Subscription:
    def __init__(self, contract, body):
        self.contract, self.body, self.id = contract, body, body["id"]
        self.product = contract.catalogue[body["subscription_rate"]["product_id"]]
        self.frequency = body["subscription_rate"]["billing_frequency"]
        self.start = instant(body.get("starting_at", contract.body["starting_at"]))
        self.end = min(instant(body.get("ending_before")), contract.end)
        self.updates = sorted(body.get("updates", ()), key=lambda u: instant(u["starting_at"]))

    # ---- quantities ----

    def seats(self, t):
        """(assigned, how many are not) at t."""
        config = self.body["seat_config"]
        assigned, free = list(config["initial_seat_ids"]), config.get("initial_unassigned_seats", 0)
        for u in (u for u in self.updates if instant(u["starting_at"]) <= t):
            gone = u.get("remove_seat_ids", [])
            assigned = [s for s in assigned if s not in gone] + u.get("add_seat_ids", [])
            free = max(free - len(u.get("add_seat_ids", [])), 0)
            free += u.get("add_unassigned_seats", 0) - u.get("remove_unassigned_seats", 0)
        return assigned, free

    def quantity(self, t):
        if "seat_config" in self.body:
            assigned, free = self.seats(t)
            return Fraction(len(assigned) + free)
        quantity = number(self.body["initial_quantity"])
        for u in (u for u in self.updates if instant(u["starting_at"]) <= t):
            delta = number(u.get("quantity_delta", 0))
            quantity = number(u["quantity"]) if "quantity" in u else quantity + delta
        return quantity

    def active(self, t):
        return self.start <= t < self.end

    def turns(self):
        return sorted({self.start, self.end, *(instant(u["starting_at"]) for u in self.updates)})

    def granted_in(self, a, b):
        """[(instant, quantity)] of a linked balance: that at its start, and what is more."""
        def quantity(t):
            return self.quantity(t) if self.active(t) else Fraction(0)

        found, highest = [(a, quantity(a))], quantity(a)
        for t in self.turns():
            if a < t < b and quantity(t) > highest:
                found.append((t, quantity(t) - highest))
                highest = quantity(t)
        return found

    def seats_in(self, a, b):
        """[(seat, 1 or 0 at a, [(instant, 1)])] of those that are assigned in [a, b)."""
        found = {}
        for t in [a, *(t for t in self.turns() if a < t < b)]:
            for seat in self.seats(t)[0] if self.active(t) else ():
                if seat not in found:
                    found[seat] = (seat, Fraction(t == a), [] if t == a else [(t, Fraction(1))])
        return list(found.values())

    def increases(self, a, b):
        """[(instant, quantity)] charged in [a, b): that at its start, and what exceeds the
        highest one before."""
        found, highest = [(a, self.quantity(a))], self.quantity(a)
        for t in sorted({instant(u["starting_at"]) for u in self.updates}):
            if a < t < b and self.quantity(t) > highest:
                found.append((t, self.quantity(t) - highest))
                highest = self.quantity(t)
        return [(t, n) for t, n in found if n]

    # ---- periods and prices ----

    def anchor(self):
        config = self.body.get("billing_cycle_config", {})
        schedule = self.contract.body.get("usage_statement_schedule", {})
        anchor, frequency = self.contract.grid()
        if "anchor_date" in config:
            return instant(config["anchor_date"])
        if schedule.get("day", "FIRST_OF_MONTH") == "FIRST_OF_MONTH" and frequency != self.frequency:
            return instant(self.contract.body["starting_at"][:8] + "01")
        return anchor

    def cells(self, now):
        """Those that it is active in and that have begun."""
        anchor, k = self.anchor(), 0
        while steps_on(anchor, self.frequency, k) > self.start:
            k -= 1
        while (begin := steps_on(anchor, self.frequency, k)) < self.end and begin <= now:
            k += 1
            end = steps_on(anchor, self.frequency, k)
            if max(begin, self.start) < min(end, self.end) and max(begin, self.start) <= now:
                yield begin, end

    def rate_at(self, t):
        """The one that is entitled."""
        rates = [r for r in self.contract.rates if r.product == self.product.id]
        held = [r for r in rates if r.frequency == self.frequency and r.covers(t)]
        rate = max(held, key=lambda r: r.rank()) if held else None
        line = ({}, {}, self.frequency)
        rate = self.contract.overrides.rate(self.product, rate, line, t)
        return rate if rate and rate.entitled else None

    def fees(self, now):
        rule = self.body["proration"]
        for begin, end in self.cells(now):
            a, b = max(begin, self.start), min(end, self.end)
            self.rate = self.rate_at(a)
            for t, quantity in self.increases(a, b) if self.rate else ():
                price, part = self.rate.tiers[0][1], Fraction((b - t) // HOUR, (end - begin) // HOUR)
                is_prorated = rule.get("is_prorated", False) and part != 1
                if is_prorated:
                    price *= part
                    if "rounding" in rule:
                        how = rule["rounding"]
                        price = rounded(price, how["decimal_places"], how["rounding_method"])
                fee = Fee(self, (t, b), (quantity, price), is_prorated)
                if self.places(fee, a):
                    yield fee

    def places(self, fee, a):
        """Where a fee stands, of a period that is active from a on."""
        config = self.body.get("billing_cycle_config", {})
        apart = config.get("invoice_placement") == "ON_SCHEDULED_INVOICE"
        at_once = self.body["proration"].get("invoice_behavior") == "BILL_IMMEDIATELY"
        advance = self.body["collection_schedule"] == "ADVANCE"
        schedule = self.contract.body.get("usage_statement_schedule", {})
        first = instant(schedule.get("invoice_generation_starting_at", "1970-01-01"))
        if advance and fee.start == a:
            fee.date = a
            ending = [p for p in self.contract.until(a) if p[1] == a]
            fee.usage = ending[0][:2] if ending and not apart else None
            return a >= first
        if advance and at_once:
            fee.date = fee.start
            return fee.start >= first
        fee.date = fee.end
        over = [p for p in self.contract.until(fee.end) if p[0] < fee.end <= p[1]]
        if not apart and over:
            fee.usage = over[0][:2]
        return fee.end > first and bool(over or apart)


def subscriptions_of(contract):
    return [Subscription(contract, body) for body in contract.body.get("subscriptions", ())]
