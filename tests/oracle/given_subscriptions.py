"""given_subscriptions - products with a price a period, and who has how many, at random."""
from figures import DAY, HOUR, instant, stamp
from given_prices import NAMES

FREQUENCIES = ["WEEKLY", "MONTHLY", "MONTHLY", "QUARTERLY", "ANNUAL"]
FEES = [0, 30, 2100, "100/3", "7.5"]


class Subscribing:
    """Of a case."""

    def subscription_product(self):
        body = {"type": "SUBSCRIPTION"}
        if self.chance(0.5):
            body["tags"] = self.tags()
        body = self.product(body)
        if self.chance(0.2):
            self.update(body, {"name": self.rng.choice(NAMES), "tags": self.tags()})
        self.frequencies, unit = {self.rng.choice(FREQUENCIES) for _ in range(2)}, self.any_unit()
        for frequency in sorted(self.frequencies):
            for wave in range(self.rng.choice([1, 1, 2, 3])):
                rate = {"rate_card_id": self.card, "product_id": body["id"], "wave": wave}
                self.span(rate, wave)
                rate.update(entitled=self.chance(0.9), rate_type="FLAT", price=self.rng.choice(FEES))
                rate["billing_frequency"] = frequency
                if unit != self.unit:
                    rate["credit_type_id"] = unit
                self.files["rates"].append(rate)
        return body

    def subscription(self, product):
        rng = self.rng
        rule = {"is_prorated": self.chance(0.7)}
        body = {
            "id": self.new_id(),
            "subscription_rate": {
                "product_id": product["id"],
                "billing_frequency": rng.choice(sorted(self.frequencies)),
            },
            "collection_schedule": rng.choice(["ADVANCE", "ADVANCE", "ARREARS"]),
            "proration": rule,
        }
        advance = body["collection_schedule"] == "ADVANCE"
        if self.chance(0.3):
            places, method = rng.choice([-2, -1, 0, 1]), rng.choice(["HALF_UP", "FLOOR", "CEILING"])
            rule["rounding"] = {"decimal_places": places, "rounding_method": method}
        if advance and self.chance(0.4):
            rule["invoice_behavior"] = rng.choice(["BILL_IMMEDIATELY", "BILL_ON_NEXT_COLLECTION_DATE"])
        start = self.start
        if self.chance(0.4):
            start = min(self.hour(), self.end - HOUR)
            body["starting_at"] = stamp(start)
        if self.chance(0.3):
            body["ending_before"] = stamp(start + rng.choice([1, 24, 300, 1000]) * HOUR)
        config = {}
        if advance and self.chance(0.2):
            config["anchor_date"] = stamp(start - rng.choice([0, 3 * DAY, 40 * DAY]))
        if self.chance(0.25):
            config["invoice_placement"] = rng.choice(["ON_USAGE_INVOICE", "ON_SCHEDULED_INVOICE"])
        if config:
            body["billing_cycle_config"] = config
        end = instant(body.get("ending_before", stamp(self.end)))
        if self.chance(0.3):
            self.with_seats(body, start, end)
        else:
            self.with_quantity(body, start, end)
        return body

    def hours_of(self, start, end):
        some = (self.hour() for _ in range(self.rng.choice([0, 1, 2, 3])))
        return sorted(t for t in some if start < t < end)

    def with_quantity(self, body, start, end):
        rng = self.rng
        body["initial_quantity"] = quantity = rng.choice([0, 1, 2, 10])
        updates = []
        for t in self.hours_of(start, end):
            new = rng.choice([0, 1, 3, 8, 12])
            change = {"quantity": new}
            if new != quantity and self.chance(0.5):
                change = {"quantity_delta": new - quantity}
            updates.append({"starting_at": stamp(t), **change})
            quantity = new
        if updates:
            body["updates"] = updates

    def with_seats(self, body, start, end):
        rng = self.rng
        seats, free = rng.sample(["a", "b", "eu", "us"], rng.choice([0, 1, 2])), rng.choice([0, 1])
        body["quantity_management_mode"] = "SEAT_BASED"
        body["seat_config"] = {"seat_group_key": rng.choice(["zone", "model"]), "initial_seat_ids": list(seats)}
        if free:
            body["seat_config"]["initial_unassigned_seats"] = free
        updates = []
        for t in self.hours_of(start, end):
            others = [s for s in ("a", "b", "eu", "us") if s not in seats]
            change = {"add_unassigned_seats": rng.choice([1, 2])}
            if seats and self.chance(0.4):
                change = {"remove_seat_ids": [seats.pop()]}
                if self.chance(0.5):
                    change["add_unassigned_seats"] = 1  # somebody else is to come
            elif others and self.chance(0.6):
                change = {"add_seat_ids": [rng.choice(others)]}
                seats += change["add_seat_ids"]
            # each says one thing; those of one instant hold in their order
            updates += [{"starting_at": stamp(t), k: said} for k, said in change.items()]
        if updates:
            body["updates"] = updates
