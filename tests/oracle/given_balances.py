"""given_balances - commits, credits, recurring ones, and charges, at random."""
from fractions import Fraction

import oracle
from figures import DAY, HOUR, instant, stamp
from given_prices import METRICS, NAMES, TAGS, UNITS, ZONES


class Balances:
    """Of a case."""

    def balances(self):
        rng, contract = self.rng, self.contract
        found = [self.commit() for _ in range(rng.choice([0, 1, 1, 2, 2, 3]))]
        shared = [self.shared() for _ in range(rng.choice([0, 0, 0, 1, 1, 2]))]
        items = [self.recurring() for _ in range(rng.choice([0, 0, 0, 1, 1, 2]))]
        if not found + shared + items:
            return
        amounts = self.amounts()
        for commit in found + shared:
            for item in commit["access_schedule"]["schedule_items"]:
                item["amount"] = str(rng.choice(amounts))
            if commit["type"] == "POSTPAID":
                amount = commit["access_schedule"]["schedule_items"][0]["amount"]
                commit["invoice_schedule"]["schedule_items"][0]["amount"] = amount
        for name, item in items:
            item["access_amount"]["unit_price"] = str(rng.choice(amounts))
            contract.setdefault(name, []).append(item)
        for commit in found:
            name = "credits" if commit["type"] == "CREDIT" else "commits"
            contract.setdefault(name, []).append(commit)
        self.files["balances"] += shared
        for commit in found + shared:
            for item in commit["access_schedule"]["schedule_items"]:
                if self.chance(0.1):
                    self.adjust(commit, item)

    def terms(self):
        """What all balances have: a price, a priority, what they pay for."""
        rng, terms = self.rng, {"product_id": self.fixed["id"]}
        if self.chance(0.7):
            terms["name"] = rng.choice(["Gold", "Silver"])
        if self.chance(0.6):
            terms["priority"] = rng.choice([1, 2, 2, "2.5", 100])
        if self.chance(0.4):
            terms["rate_type"] = rng.choice(["COMMIT_RATE", "COMMIT_RATE", "LIST_RATE"])
        products = [p["id"] for p in self.files["products"] if p["type"] != "FIXED"]
        if self.chance(0.3):
            terms["specifiers"] = [self.specifier(products) for _ in range(rng.choice([1, 1, 2]))]
            return terms
        if self.chance(0.3):
            some = rng.sample(products, rng.randrange(1, len(products) + 1))
            terms["applicable_product_ids"] = some
        if self.chance(0.3):
            terms["applicable_product_tags"] = rng.sample(TAGS, rng.choice([1, 1, 2]))
        return terms

    def specifier(self, products):
        rng, found = self.rng, {}
        if self.chance(0.4):
            found["product_id"] = rng.choice(products)
        if self.chance(0.3):
            found["product_tags"] = rng.sample(TAGS, rng.choice([1, 1, 2]))
        if self.chance(0.3):
            found["pricing_group_values"] = {"zone": rng.choice(ZONES)}
        if self.chance(0.5) or not found:
            key = rng.choice(["zone", "model"])
            value = rng.choice(ZONES if key == "zone" else ["a", "b", 3])
            found["presentation_group_values"] = {key: value}
        return found

    def commit(self):
        rng = self.rng
        kind = rng.choice(["PREPAID", "PREPAID", "CREDIT", "POSTPAID"])
        commit = {"id": self.new_id(), "type": kind, **self.terms()}
        n = 1 if kind == "POSTPAID" else rng.choice([1, 1, 2, 3])
        items = [self.segment() for _ in range(n)]
        commit["access_schedule"] = {"schedule_items": items}
        unit = self.any_unit()
        if unit:
            commit["access_schedule"]["credit_type_id"] = unit
        if self.chance(0.05):  # pays nothing
            commit["access_schedule"]["credit_type_id"] = "JPY"
        if kind == "PREPAID" and self.chance(0.4):
            commit["invoice_schedule"] = self.schedule()
            if self.chance(0.2):
                commit["invoice_schedule"]["do_not_invoice"] = True
        if kind == "POSTPAID":
            end = instant(items[0]["ending_before"]) + rng.choice([0, 0, 1, 40]) * DAY
            schedule = {"schedule_items": [{"timestamp": stamp(end)}]}
            if "credit_type_id" in commit["access_schedule"]:
                schedule["credit_type_id"] = commit["access_schedule"]["credit_type_id"]
            commit["invoice_schedule"] = schedule
            if self.chance(0.15):
                commit["trueup_disabled"] = True
        return commit

    def shared(self):
        """A commit or credit of the customer."""
        body = {"priority": 7, **self.commit(), "customer_id": self.customer}
        contracts = [c["id"] for c in self.files["contracts"]]
        if self.chance(0.4):
            body["applicable_contract_ids"] = self.rng.sample(contracts, 1)
        billed = "invoice_schedule" in body and not body.get("trueup_disabled")
        if billed and not body["invoice_schedule"].get("do_not_invoice"):
            body["invoice_contract_id"] = self.rng.choice(contracts)
        return body

    def recurring(self):
        """Its list in the contract, and itself."""
        rng = self.rng
        name = rng.choice(["recurring_commits", "recurring_credits"])
        start = self.start if self.chance(0.5) else min(self.hour(), self.end - HOUR)
        item = {"id": self.new_id(), "priority": rng.choice([1, 2, 3]), **self.terms()}
        item["access_amount"] = {"quantity": rng.choice([1, 1, "0.5"])}
        unit = self.any_unit()
        if unit:
            item["access_amount"]["credit_type_id"] = unit
        if "subscriptions" in self.contract and self.chance(0.5):
            self.link(item)
        elif name == "recurring_commits" and self.chance(0.6):
            item["invoice_amount"] = {"unit_price": rng.choice([100, "10/3"]), "quantity": 3}
        item["commit_duration"] = {"value": rng.choice([1, 1, 2]), "unit": "PERIODS"}
        item["starting_at"] = stamp(start)
        if self.chance(0.5):
            item["recurrence_frequency"] = rng.choice(["WEEKLY", "MONTHLY"])
        if self.chance(0.4):
            item["ending_before"] = stamp(start + rng.choice([5, 1000]) * HOUR)
        if self.chance(0.6):
            item["proration"] = rng.choice(["NONE", "FIRST", "LAST", "FIRST_AND_LAST"])
        if self.chance(0.3):
            method = rng.choice(["HALF_UP", "FLOOR", "CEILING"])
            rule = {"decimal_places": rng.choice([-1, 0, 1]), "rounding_method": method}
            item["proration_rounding"] = {"access": rule}
        return name, item

    def link(self, item):
        """To the seats of a subscription."""
        subscription = self.rng.choice(self.contract["subscriptions"])
        del item["access_amount"]["quantity"]
        config = {"subscription_id": subscription["id"], "allocation": "POOLED"}
        if "seat_config" in subscription and self.chance(0.6):
            config["allocation"], item["priority"] = "INDIVIDUAL", "0.5"
        config["apply_seat_increase_config"] = {"is_prorated": self.chance(0.5)}
        item["subscription_config"] = config

    def adjust(self, commit, item):
        """By hand, no more than there is."""
        start = instant(item["starting_at"])
        last = min(instant(item["ending_before"]), self.end)
        amount = Fraction(item["amount"]) * Fraction(self.rng.randrange(-5, 6), 5)
        if amount == 0 or start >= last:
            return
        self.files["adjustments"].append(
            {
                "id": commit["id"],
                "customer_id": self.customer,
                "segment_id": item["id"],
                "amount": str(amount),
                "reason": "by hand",
                "timestamp": stamp(start + self.rng.randrange(last - start)),
            }
        )

    def charge(self):
        body = {"id": self.new_id(), "product_id": self.fixed["id"], "schedule": self.schedule()}
        return {**body, "name": self.rng.choice(NAMES)} if self.chance(0.5) else body

    def custom(self):
        return UNITS if "units" in self.features else []

    def schedule(self):
        rng = self.rng
        schedule = {"credit_type_id": rng.choice(["EUR", *self.custom()])} if self.chance(0.1) else {}
        price = {"amount": rng.choice([0, 100, "10/3", -7])}
        if self.chance(0.3):
            price = {"unit_price": rng.choice([0, 5, "0.07"])}
            price["quantity"] = rng.choice([0, 3, "2.5"])
        if self.chance(0.3):
            start = self.hour()
            rounded = [] if schedule.get("credit_type_id") in UNITS else ["DIVIDED_ROUNDED"]
            schedule["recurring_schedule"] = {
                "starting_at": stamp(start),
                "ending_before": stamp(start + rng.choice([1, 30, 100]) * DAY),
                "frequency": rng.choice(["WEEKLY", "MONTHLY"]),
                "amount_distribution": rng.choice(["EACH", "DIVIDED", *rounded]),
                **price,
            }
        else:
            some = range(rng.choice([1, 2]))
            dates = [self.hour() + rng.choice([0, rng.randrange(HOUR)]) for _ in some]
            schedule["schedule_items"] = [{"timestamp": stamp(t), **price} for t in dates]
        return schedule

    def segment(self):
        start = self.start - 5 * DAY if self.chance(0.3) else self.hour()
        start = min(start, self.end - HOUR)
        end = self.end if self.chance(0.3) else self.hour()
        if end <= start:
            end = start + self.rng.choice([1, 24, 500, 2000]) * HOUR
        return {"id": self.new_id(), "starting_at": stamp(start), "ending_before": stamp(end)}

    def amounts(self):
        """What runs out inside a line, at its end, and not at all."""
        case = oracle.Files({**self.files, "metrics": METRICS})
        spent = [Fraction(0), Fraction(1)]
        for invoice in oracle.evaluate(self.customer, case, self.now)[0]:
            for line in invoice["line_items"]:
                if line["total"] > 0:
                    spent += [line["total"], spent[-1] + line["total"]]
        some = [self.rng.choice(spent) for _ in range(6)]
        part = [self.rng.choice(spent) * Fraction(self.rng.randrange(1, 12), 7) for _ in range(6)]
        return some + part + [max(spent) * 2]
