"""given_prices - products and the rates of a card, at random."""
import uuid

from figures import HOUR, instant, number, stamp

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
UNITS = ["minutes", "tokens"]
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


class Pricing:
    """Of a case."""

    def conversions(self):
        """What the custom units of its card are worth."""
        units = self.rng.sample(UNITS, self.rng.choice([1, 2]))
        return [
            {"custom_credit_type_id": u, "fiat_per_custom_credit": self.rng.choice([10, "1/3", "2.5"])}
            for u in units
        ]

    def any_unit(self):
        """One of its card; None: the default one."""
        conversions = self.files["cards"][0].get("credit_type_conversions", ())
        units = [c["custom_credit_type_id"] for c in conversions]
        return self.rng.choice([self.unit, *units]) if units else self.unit

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
        kinds = [*USUAL, *list(KINDS)[5:]]
        if "filters" in self.features:
            kinds = [k for k in kinds if k != "LATEST"]
        kind = self.rng.choice(kinds)
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
        groups, unit = [None], self.any_unit()
        if "pricing_group_key" in body:
            groups = [{"zone": z} for z in ZONES if self.chance(0.9)]
        for values in groups:
            for wave in range(self.rng.choice([1, 1, 2, 2, 3])):
                rate = {"rate_card_id": self.card, "product_id": body["id"], "wave": wave}
                self.span(rate, wave)
                rate["entitled"] = self.chance(0.93)
                rate.update(self.model() if self.draws("models", 0.4) else self.prices())
                if rate["rate_type"] in ("FLAT", "TIERED") and self.chance(0.35):
                    rate["commit_rate"] = self.prices()
                if self.draws("bounds", 0.5 if "models" in self.features else 0.15):
                    rate.update(self.bounds_of())
                if unit != self.unit:
                    rate["credit_type_id"] = unit
                if values:
                    rate["pricing_group_values"] = values
                self.files["rates"].append(rate)

    def prices(self):
        if self.chance(0.4):
            return {"rate_type": "TIERED", "tiers": self.tiers()}
        return {"rate_type": "FLAT", "price": self.price()}

    def tiers(self):
        sizes = [self.rng.choice(SIZES) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        tiers = [{"size": s, "price": self.price()} for s in sizes] + [{"price": self.price()}]
        for tier in tiers:
            if self.draws("fees", 0.25):
                tier["flat_fee"] = self.rng.choice([0, 4, "5/3", 50])
        return tiers

    def model(self):
        """One that prices a quantity as a whole."""
        kind = self.rng.choice(["VOLUME", "STAIRSTEP", "PACKAGE"])
        if kind == "PACKAGE":
            size = self.rng.choice([1, 2, "2.5", 10])
            return {"rate_type": kind, "package_size": size, "price": self.price()}
        tiers = [{k: v for k, v in t.items() if k != "flat_fee"} for t in self.tiers()]
        return {"rate_type": kind, "tiers": tiers}

    def bounds_of(self):
        """What a rate may have beside its model."""
        rng, found = self.rng, {}
        if self.chance(0.4):
            found["free_units"] = rng.choice([1, 3, "2.5", 20])
        if self.chance(0.35):
            found["minimum"] = rng.choice([0, 5, "20/3", 100])
        if self.chance(0.4):
            most = [m for m in (0, 5, 11, "25/3", 30, 200) if number(m) >= number(found.get("minimum", 0))]
            found["maximum"] = rng.choice(most)
        return found

    def price(self):
        return self.rng.choice(PRICES)

    def span(self, rate, wave):
        always = wave == 0 and self.chance(0.8)
        rate["starting_at"] = "2023-01-01T00:00:00Z" if always else stamp(self.hour())
        if wave and self.chance(0.4):
            end = instant(rate["starting_at"]) + self.rng.choice([1, 5, 24, 100, 400]) * HOUR
            rate["ending_before"] = stamp(end)

    def composite_product(self):
        body, priced = {"type": "COMPOSITE"}, self.usage + self.seats
        some = self.rng.random()
        if some < 0.7:
            named = self.rng.sample(priced, self.rng.randrange(1, len(priced) + 1))
            body["composite_product_ids"] = [p["id"] for p in named]
        if some > 0.5:
            body["composite_tags"] = self.rng.sample(TAGS, self.rng.choice([1, 2]))
        if self.chance(0.6):
            body["tags"] = self.tags()
        if self.composites and self.draws("composites", 0.6):
            body["include_composite_spend"] = True
            body.pop("tags", None)  # no circles
            if self.chance(0.7):
                other = self.rng.choice(self.composites)["id"]
                body.setdefault("composite_product_ids", []).append(other)
        if self.draws("composites", 0.4):
            body["composite_scope"] = "CUSTOMER"
        body = self.product(body)
        self.composites.append(body)
        if self.chance(0.2):
            named = self.chance(0.5)
            value = self.rng.choice(NAMES) if named else [self.rng.choice(TAGS)]
            self.update(body, {"name" if named else "composite_tags": value})
        for wave in range(self.rng.choice([1, 1, 2])):
            rate = {"rate_card_id": self.card, "product_id": body["id"], "wave": wave}
            self.span(rate, wave)
            rate.update(entitled=self.chance(0.93), rate_type="PERCENTAGE")
            rate["price"] = self.rng.choice(FRACTIONS)
            if self.draws("models", 0.4):
                rate.update(rate_type="TIERED_PERCENTAGE", tiers=self.parts_of_spending())
                del rate["price"]
            if self.draws("models", 0.3):
                rate["minimum"] = self.rng.choice([1, 10, "20/3"])
            self.files["rates"].append(rate)

    def parts_of_spending(self):
        rng = self.rng
        sizes = [rng.choice([2, 10, "50/3"]) for _ in range(rng.choice([1, 1, 2]))]
        tiers = [{"size": s, "price": rng.choice(FRACTIONS)} for s in sizes]
        return [*tiers, {"price": rng.choice(FRACTIONS)}]

    def stranger(self):
        """A product that bears a tag and has no price."""
        if self.chance(0.2):
            body = {"type": "USAGE", "billable_metric_id": self.metric()}
            self.product({**body, "tags": self.tags()})
