#!/usr/bin/env python3
"""generate.py DIR NOW SEED ... - write random contracts for tests/oracle.bats.

Each seed gives one customer with one contract or two, a rate card and products
of its own, and usage. The files in DIR are what the tools read: metrics,
products, updates, cards, rates, customers, contracts, balances, adjustments,
events, each .ndjson. A seed gives the same case whatever the others are.
Balances are cut to size by computing the case without them first, so that many
run out where something else happens: at the end of a line, of a tier, or on the
hour at which a price changes.
"""
import json
import random
import sys
import uuid
from collections import defaultdict
from fractions import Fraction

import oracle
from figures import DAY, HOUR, instant, stamp, steps_on

LEVEL = {"aggregation_type": "TIME_WEIGHTED_SUM", "level_mode": "DELTA", "aggregation_unit": "DAY"}
KINDS = {
    "COUNT": {},
    "SUM": {},
    "MAX": {},
    "LATEST": {},
    "UNIQUE": {},
    "MIN": {},
    "AVG": {},
    "PERCENTILE": {"percentile": "50"},
    "Third": {"aggregation_type": "PERCENTILE", "percentile": "100/3"},
    "SESSION": {"session_hours": "24"},
    "Visits": {"aggregation_type": "SESSION", "session_hours": "100.5", "session_key": "model"},
    "Added": LEVEL,
    "Set": {**LEVEL, "level_mode": "ABSOLUTE"},
    "Leases": {**LEVEL, "level_mode": "ABSOLUTE", "aggregation_unit": "HOUR", "level_key": "model"},
    "Seconds": {**LEVEL, "aggregation_unit": "SECOND"},
}
USUAL = ["SUM"] * 6 + ["COUNT"] * 4 + ["MAX", "LATEST", "UNIQUE"] * 2
NAMES = ["Ant", "Bee", "bee", "Cow", "Dodo"]
TAGS = ["red", "blue"]
ZONES = ["eu", "us"]
SIZES = [1, 2, 3, 5, "2.5", "1/3"]
FRACTIONS = ["5 %", "0.1", "1/3", 1, 0]
PRICES = [0, 1, 2, "2.5", 3, 10, "1/3", "0.07"]


def metric(kind, event_type):
    """KINDS says what is said of a kind; its name is that of the aggregation, else its own."""
    body = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{event_type}")),
        "name": f"{kind} of {event_type}",
        "aggregation_type": kind,
        **KINDS[kind],
        "event_type_filter": {"in_values": [event_type]},
        "property_filters": [{"name": "n", "exists": True}, {"name": "zone"}, {"name": "model"}],
        "group_keys": [["zone"], ["model"], ["model", "zone"]],
    }
    if body["aggregation_type"] not in ("COUNT", "SESSION"):
        body["aggregation_key"] = "n"
    return body


METRICS = [metric(kind, t) for kind in KINDS for t in ("call", "ping")]


class Case:
    def __init__(self, seed, now):
        self.rng = random.Random(seed)
        self.now = instant(now)
        self.files = {name: [] for name in oracle.NAMES + ("customers",)}
        self.customer = self.new_id()
        self.files["customers"].append({"id": self.customer, "name": f"Case {seed}"})
        self.card = self.new_id()
        card = {"id": self.card, "name": f"Card {seed}"}
        if self.chance(0.1):
            card["fiat_credit_type_id"] = "EUR"
        self.unit = card.get("fiat_credit_type_id")
        self.files["cards"].append(card)
        self.term()
        self.hours = [self.hour() for _ in range(self.rng.randrange(1, 4))] + self.bounds
        self.usage = [self.usage_product() for _ in range(self.rng.choice([1, 1, 2, 2, 3]))]
        self.fixed = self.product({"type": "FIXED"})
        if self.chance(0.2):
            self.update(self.fixed, {"name": self.rng.choice(NAMES), "tags": self.tags()})
        for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2])):
            self.composite_product()
        self.stranger()
        self.rng.shuffle(self.files["rates"])
        self.files["rates"].sort(key=lambda r: r.pop("wave"))
        self.files["contracts"].append(self.contract)
        self.events()
        if self.chance(0.25):
            self.second_contract()
        self.balances()
        if self.chance(0.25):
            charges = [self.charge() for _ in range(self.rng.choice([1, 2]))]
            self.contract["scheduled_charges"] = charges

    # ---- choices ----

    def chance(self, p):
        return self.rng.random() < p

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
        self.files["contracts"].append(body)

    def product(self, body):
        body = {"id": self.new_id(), "name": self.rng.choice(NAMES), **body}
        self.files["products"].append(body)
        return body

    def update(self, body, changes):
        at = {"product_id": body["id"], "starting_at": stamp(self.hour())}
        self.files["updates"].append({**at, **changes})

    def conversion(self):
        return {
            "conversion_factor": self.rng.choice([2, 3, "0.5", 1024]),
            "operation": self.rng.choice(["MULTIPLY", "DIVIDE"]),
        }

    def rounding(self):
        method = self.rng.choice(["ROUND_UP", "ROUND_DOWN", "ROUND_HALF_UP"])
        return {"decimal_places": self.rng.choice([0, 0, 1, 2]), "rounding_method": method}

    def metric(self):
        kind = self.rng.choice([*USUAL, *list(KINDS)[5:]])
        return metric(kind, self.rng.choice(["call", "ping"]))["id"]

    def usage_product(self):
        rng = self.rng
        body = {"type": "USAGE", "billable_metric_id": self.metric()}
        if self.chance(0.2):
            body["pricing_group_key"] = ["zone"]
        if self.chance(0.3):
            body["presentation_group_key"] = rng.choice([["zone"], ["model"], ["zone", "model"]])
        if self.chance(0.2):
            body["quantity_conversion"] = self.conversion()
        if self.chance(0.25):
            body["quantity_rounding"] = self.rounding()
        if self.chance(0.6):
            body["tags"] = self.tags()
        body = self.product(body)
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            changes = {
                "name": rng.choice(NAMES),
                "tags": self.tags(),
                "billable_metric_id": self.metric(),
                "quantity_rounding": self.rounding(),
                "quantity_conversion": self.conversion(),
            }
            some = rng.sample(sorted(changes), rng.choice([1, 1, 2]))
            self.update(body, {k: changes[k] for k in some})
        self.rates(body)
        return body

    def rates(self, body):
        groups = [None]
        if "pricing_group_key" in body:
            groups = [{"zone": z} for z in ZONES if self.chance(0.9)]
        for values in groups:
            for wave in range(self.rng.choice([1, 1, 2, 2, 3])):
                rate = {"rate_card_id": self.card, "product_id": body["id"], "wave": wave}
                self.span(rate, wave)
                rate["entitled"] = self.chance(0.93)
                rate.update(self.prices())
                if self.chance(0.35):
                    rate["commit_rate"] = self.prices()
                if values:
                    rate["pricing_group_values"] = values
                self.files["rates"].append(rate)

    def prices(self):
        if self.chance(0.4):
            return {"rate_type": "TIERED", "tiers": self.tiers()}
        return {"rate_type": "FLAT", "price": self.price()}

    def tiers(self):
        sizes = [self.rng.choice(SIZES) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        return [{"size": s, "price": self.price()} for s in sizes] + [{"price": self.price()}]

    def price(self):
        return self.rng.choice(PRICES)

    def span(self, rate, wave):
        always = wave == 0 and self.chance(0.8)
        rate["starting_at"] = "2023-01-01T00:00:00Z" if always else stamp(self.hour())
        if wave and self.chance(0.4):
            end = instant(rate["starting_at"]) + self.rng.choice([1, 5, 24, 100, 400]) * HOUR
            rate["ending_before"] = stamp(end)

    def composite_product(self):
        body = {"type": "COMPOSITE"}
        some = self.rng.random()
        if some < 0.7:
            named = self.rng.sample(self.usage, self.rng.randrange(1, len(self.usage) + 1))
            body["composite_product_ids"] = [p["id"] for p in named]
        if some > 0.5:
            body["composite_tags"] = self.rng.sample(TAGS, self.rng.choice([1, 2]))
        if self.chance(0.6):
            body["tags"] = self.tags()
        body = self.product(body)
        if self.chance(0.2):
            named = self.chance(0.5)
            value = self.rng.choice(NAMES) if named else [self.rng.choice(TAGS)]
            self.update(body, {"name" if named else "composite_tags": value})
        for wave in range(self.rng.choice([1, 1, 2])):
            rate = {"rate_card_id": self.card, "product_id": body["id"], "wave": wave}
            self.span(rate, wave)
            rate.update(entitled=self.chance(0.93), rate_type="PERCENTAGE")
            rate["price"] = self.rng.choice(FRACTIONS)
            self.files["rates"].append(rate)

    def stranger(self):
        """A product that bears a tag and has no price."""
        if self.chance(0.2):
            body = {"type": "USAGE", "billable_metric_id": self.metric()}
            self.product({**body, "tags": self.tags()})

    # ---- balances ----

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
        if self.unit:
            commit["access_schedule"]["credit_type_id"] = self.unit
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
        if self.unit:
            item["access_amount"]["credit_type_id"] = self.unit
        if name == "recurring_commits" and self.chance(0.6):
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

    def schedule(self):
        rng = self.rng
        schedule = {"credit_type_id": "EUR"} if self.chance(0.1) else {}
        price = {"amount": rng.choice([0, 100, "10/3", -7])}
        if self.chance(0.3):
            price = {"unit_price": rng.choice([0, 5, "0.07"])}
            price["quantity"] = rng.choice([0, 3, "2.5"])
        if self.chance(0.3):
            start = self.hour()
            schedule["recurring_schedule"] = {
                "starting_at": stamp(start),
                "ending_before": stamp(start + rng.choice([1, 30, 100]) * DAY),
                "frequency": rng.choice(["WEEKLY", "MONTHLY"]),
                "amount_distribution": rng.choice(["EACH", "DIVIDED", "DIVIDED_ROUNDED"]),
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

    # ---- usage ----

    def events(self):
        rng = self.rng
        changes = self.files["rates"] + self.files["updates"]
        turns = [r[k] for r in changes for k in ("starting_at", "ending_before") if k in r]
        turns = [instant(t) for t in turns] + self.hours + [self.start, self.end]
        for i in range(rng.choice([0, 3, 8, 15, 15, 30])):
            if self.chance(0.4):
                at = rng.choice(turns) + rng.choice([0, 0, -1, 1])
            elif self.chance(0.1):
                at = self.start - rng.randrange(12 * DAY)
            else:
                at = self.start + rng.randrange(self.end - self.start)
            if not instant("2023-12-20") < at < self.now:
                continue
            properties = {
                "n": self.value(),
                "zone": rng.choice([*ZONES, None]),
                "model": rng.choice(["a", "b", "b", 3]),
            }
            self.files["events"].append(
                {
                    "transaction_id": f"{self.customer[:13]}-{rng.randrange(10**6)}-{i}",
                    "timestamp": stamp(at),
                    "customer_id": self.customer,
                    "event_type": rng.choice(["call", "ping"]),
                    "properties": {k: v for k, v in properties.items() if v is not None},
                }
            )

    def value(self):
        rng = self.rng
        whole = rng.randrange(0, 7)
        decimal = f"{whole}.{rng.choice([5, 25, 125])}"
        negative = -rng.randrange(1, 4)
        return rng.choice([whole, whole, str(whole), decimal, "1e1", "n/a", None, negative])


def main():
    where, now, *seeds = sys.argv[1:]
    files = defaultdict(list, metrics=METRICS)
    for seed in seeds:
        for name, rows in Case(int(seed), now).files.items():
            if name != "metrics":
                files[name] += rows
    for name in (*oracle.NAMES, "customers"):
        with open(f"{where}/{name}.ndjson", "w") as f:
            f.writelines(json.dumps(row) + "\n" for row in files[name])


if __name__ == "__main__":
    main()
