#!/usr/bin/env python3
"""generate.py DIR NOW FAMILY SEED ... - write random contracts for tests/oracle.bats.

Each seed gives one customer with one contract or two, a rate card and products
of its own, and usage. The files in DIR are what the tools read: metrics,
products, updates, cards, rates, customers, contracts, balances, adjustments,
events, each .ndjson; the rates once more as they are added, one file after the
other, since rates of one product may begin at the same instant. A seed gives the same case in
its family whatever the others are; a family has what FAMILIES says beside usage,
flat and tiered rates, composites and balances.
Balances are cut to size by computing the case without them first, so that many
run out where something else happens: at the end of a line, of a tier, or on the
hour at which a price changes.
"""
import json
import random
import sys
import uuid
from collections import defaultdict

import oracle
from figures import DAY, HOUR, instant, stamp, steps_on
from given_balances import Balances
from given_overrides import Overriding
from given_prices import METRICS, NAMES, TAGS, UNITS, ZONES, Pricing
from given_subscriptions import Subscribing
from given_usage import Usage


FAMILIES = {
    "usage": (),
    "models": ("fees", "bounds", "models"),
    "units": ("fees", "bounds", "models", "units", "overrides"),
    "composites": ("fees", "bounds", "models", "units", "overrides", "composites"),
    "subscriptions": ("fees", "bounds", "models", "units", "overrides", "subscriptions"),
    "filters": ("fees", "bounds", "models", "composites", "filters"),
    "overrides": ("fees", "bounds", "overrides"),
}


class Case(Pricing, Subscribing, Overriding, Balances, Usage):
    def __init__(self, seed, now, family):
        self.rng = random.Random(f"{family} {seed}")
        self.features = FAMILIES[family]
        self.now = instant(now)
        self.files = {name: [] for name in oracle.NAMES + ("customers",)}
        self.customer = self.new_id()
        self.files["customers"].append({"id": self.customer, "name": f"Case {seed}"})
        self.card = self.new_id()
        card = {"id": self.card, "name": f"Card {seed}"}
        if self.chance(0.1):
            card["fiat_credit_type_id"] = "EUR"
        self.unit = card.get("fiat_credit_type_id")
        if self.draws("units", 0.9):
            card["credit_type_conversions"] = self.conversions()
        self.files["cards"].append(card)
        self.term()
        self.hours = [self.hour() for _ in range(self.rng.randrange(1, 4))] + self.bounds
        self.usage = [self.usage_product() for _ in range(self.rng.choice([1, 1, 2, 2, 3]))]
        self.fixed = self.product({"type": "FIXED"})
        if self.chance(0.2):
            self.update(self.fixed, {"name": self.rng.choice(NAMES), "tags": self.tags()})
        self.seats = [self.subscription_product()] if self.draws("subscriptions", 0.9) else []
        self.composites = []
        many = [1, 2, 3] if "composites" in self.features else [0, 0, 0, 1, 1, 2]
        for _ in range(self.rng.choice(many)):
            self.composite_product()
        self.stranger()
        self.rng.shuffle(self.files["rates"])
        self.files["rates"].sort(key=lambda r: r["wave"])
        self.waves = [r.pop("wave") for r in self.files["rates"]]
        self.files["contracts"].append(self.contract)
        if "filters" in self.features:
            self.contract["usage_filter"] = self.filter()
        self.events()
        if self.seats:
            many = range(self.rng.choice([1, 1, 2]))
            self.contract["subscriptions"] = [self.subscription(self.seats[0]) for _ in many]
        if self.draws("composites", 0.4) or self.chance(0.25):
            self.second_contract()
        if self.draws("overrides", 0.5 if "units" in self.features else 0.9) and self.used():
            self.overrides()
        self.balances()
        if "overrides" in self.contract and self.tiered():
            self.overrides_of_commits()
        if self.chance(0.25):
            charges = [self.charge() for _ in range(self.rng.choice([1, 2]))]
            self.contract["scheduled_charges"] = charges

    # ---- choices ----

    def chance(self, p):
        return self.rng.random() < p

    def draws(self, feature, p):
        return feature in self.features and self.chance(p)

    def new_id(self):
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def hour(self):
        """An hour of the term, often one at which something else happens."""
        if getattr(self, "hours", None) and self.chance(0.5):
            return self.rng.choice(self.hours)
        return self.start + self.rng.randrange(1, (self.end - self.start) // HOUR) * HOUR

    def tags(self):
        return self.rng.sample(TAGS, self.rng.choice([0, 1, 1, 2]))

    # ---- terms ----

    def term(self):
        rng = self.rng
        frequency = rng.choice(["MONTHLY", "MONTHLY", "WEEKLY"])
        day = rng.choice(["FIRST_OF_MONTH", "FIRST_OF_MONTH", "CONTRACT_START", "CUSTOM_DATE"])
        self.start = instant("2024-01-01")
        self.start += rng.choice([0, 0, 9 * DAY, 30 * DAY, 43 * DAY + 7 * HOUR])
        periods = rng.choice([1, 2, 2, 3])
        end = steps_on(self.start, frequency, periods) + rng.choice([0, 0, 0, 30 * HOUR])
        schedule = {"frequency": frequency, "day": day, "grace_hours": rng.choice([0, 24])}
        if day == "CUSTOM_DATE":
            schedule["billing_anchor_date"] = stamp(self.start - 11 * DAY)
        if day == "CONTRACT_START" and periods > 1 and self.chance(0.15):
            second = steps_on(self.start, frequency, 1)
            schedule["invoice_generation_starting_at"] = stamp(second)
        self.contract = {
            "id": self.new_id(),
            "customer_id": self.customer,
            "rate_card_id": self.card,
            "starting_at": stamp(self.start),
            "usage_statement_schedule": schedule,
        }
        if frequency == "WEEKLY" or end < self.now - 70 * DAY or self.chance(0.9):
            self.contract["ending_before"] = stamp(end)
        self.end = min(end, self.now)
        self.bounds = [steps_on(self.start, frequency, k) for k in range(1, periods)]
        february = instant("2024-02-01")
        self.bounds += [february] if self.start < february < self.end else []

    def filter(self, contract=None):
        """Of usage; what changes lies inside the term of its contract."""
        rng, found = self.rng, []
        start, end = (self.start, self.end) if contract is None else self.term_of(contract)
        for _ in range(rng.choice([1, 2, 2, 3])):
            segment = {"group_key": "zone", "group_values": rng.sample(ZONES, rng.choice([1, 1, 2]))}
            if self.chance(0.2):
                segment = {"group_key": "model", "group_values": rng.sample(["a", "b", 3], 2)}
            at = self.hour()
            if (found or self.chance(0.3)) and start < at < end:
                segment["starting_at"] = stamp(at)
            if "starting_at" in segment or not found:
                found.append(segment)
        return {"initial": found[0], "updates": found[1:]}

    def term_of(self, contract):
        return instant(contract["starting_at"]), instant(contract["ending_before"])

    def second_contract(self):
        """Of the same customer, for the same usage."""
        rng = self.rng
        start = max(self.start + rng.choice([-3, 0, 0, 5, 20]) * DAY, instant("2024-01-01"))
        grace = rng.choice([0, 24, 24, 2000])
        body = {
            "id": self.new_id(),
            "customer_id": self.customer,
            "rate_card_id": self.card,
            "starting_at": stamp(start),
            "ending_before": stamp(start + rng.choice([10, 31, 45]) * DAY),
            "usage_statement_schedule": {
                "frequency": rng.choice(["MONTHLY", "WEEKLY"]),
                "grace_hours": grace,
            },
        }
        if self.draws("filters", 0.7):
            body["usage_filter"] = self.filter(body)
        self.files["contracts"].append(body)


def main():
    where, now, family, *seeds = sys.argv[1:]
    files = defaultdict(list, metrics=METRICS, units=[{"name": u} for u in UNITS])
    waves = ("rates.0", "rates.1", "rates.2")
    for seed in seeds:
        case = Case(int(seed), now, family)
        for name, rows in case.files.items():
            if name != "metrics":
                files[name] += rows
        for wave, rate in zip(case.waves, case.files["rates"]):
            files[waves[wave]].append(rate)
    for name in (*oracle.NAMES, "customers", "units", *waves):
        with open(f"{where}/{name}.ndjson", "w") as f:
            f.writelines(json.dumps(row) + "\n" for row in files[name])


if __name__ == "__main__":
    main()
