"""given_overrides - overrides, at random."""
from figures import HOUR, instant, stamp
from given_prices import TAGS, ZONES
from prices import AS_A_WHOLE

MULTIPLIERS = ["0.5", "0.8", "0.8", 1, 2, "1/3", 0]


class Overriding:
    """Of a case."""

    def override(self, kinds):
        """One that may be of commits, too."""
        rng, kind = self.rng, self.rng.choice(kinds)
        found = {"id": self.new_id(), "starting_at": stamp(self.start)}
        if self.chance(0.6):
            found["starting_at"] = stamp(self.hour())
        if self.chance(0.5):
            hours = rng.choice([1, 24, 100, 400])
            found["ending_before"] = stamp(instant(found["starting_at"]) + hours * HOUR)
        if kind == "ENTITLEMENT":
            return {**found, "entitled": self.chance(0.7), **self.what(False)}
        found["type"] = kind
        if kind == "OVERWRITE":
            return self.overwriting(found)
        if kind == "MULTIPLIER":
            found["multiplier"] = rng.choice(MULTIPLIERS)
        else:
            sizes = [rng.choice([1, 2, "10/3"]) for _ in range(rng.choice([0, 1, 2]))]
            found["tiers"] = [{"size": s, "multiplier": rng.choice(MULTIPLIERS)} for s in sizes]
            if not sizes or self.chance(0.5):
                found["tiers"].append({"multiplier": rng.choice(MULTIPLIERS)})
        if "multiplier_override_prioritization" in self.contract:
            found["priority"] = rng.choice([1, 1, 2, "2.5"])
        if self.chance(0.2):
            found["entitled"] = self.chance(0.8)
        return {**found, **self.what(kind == "MULTIPLIER" and "entitled" not in found)}

    def tiered(self):
        """Models that price a quantity as a whole take no tiers, nor prices of commits."""
        wholes = [r for r in self.files["rates"] if r["rate_type"] in AS_A_WHOLE]
        return [] if wholes else ["TIERED", "TIERED"]

    def overwriting(self, found):
        body = self.rng.choice(self.used())
        specifier = {"product_id": body["id"]}
        if "pricing_group_key" in body:
            specifier["pricing_group_values"] = {"zone": self.rng.choice(ZONES)}
        if body["type"] == "COMPOSITE":
            rate = {"rate_type": "PERCENTAGE", "price": self.rng.choice(["0.2", 0, "5 %"])}
        else:
            rate = self.prices()
        units = [r.get("credit_type_id") for r in self.files["rates"] if r["product_id"] == body["id"]]
        if units[0] or self.unit:
            rate["credit_type_id"] = units[0] or self.unit
        if self.chance(0.2):
            found["entitled"] = self.chance(0.5)
        if "pricing_group_values" not in specifier and self.chance(0.5):
            found["product_id"] = body["id"]
        else:
            found["override_specifiers"] = [specifier]
        return {**found, "overwrite_rate": rate}

    def priced(self):
        on_card = {r["product_id"] for r in self.files["rates"]}
        return [p for p in self.files["products"] if p["id"] in on_card]

    def of_subscription(self, product):
        """Of the price at one frequency."""
        rng = self.rng
        specifier = {"product_id": product["id"]}
        specifier["billing_frequency"] = rng.choice(sorted(self.frequencies))
        found = {"id": self.new_id(), "starting_at": stamp(rng.choice([self.start, self.hour()]))}
        if self.chance(0.5):
            end = instant(found["starting_at"]) + rng.choice([24, 400, 1000]) * HOUR
            found["ending_before"] = stamp(end)
        found.update(type=rng.choice(["MULTIPLIER", "OVERWRITE"]), override_specifiers=[specifier])
        if found["type"] == "MULTIPLIER":
            found["multiplier"] = rng.choice(MULTIPLIERS)
            if "multiplier_override_prioritization" in self.contract:
                found["priority"] = rng.choice([1, 2])
            return found
        rate = {"rate_type": "FLAT", "price": rng.choice([0, 40, "20/3"])}
        units = [r.get("credit_type_id") for r in self.files["rates"] if r["product_id"] == product["id"]]
        if units[0] or self.unit:
            rate["credit_type_id"] = units[0] or self.unit
        return {**found, "overwrite_rate": rate}

    def used(self):
        return [p for p in self.priced() if p["type"] != "SUBSCRIPTION"]

    def what(self, values):
        """The products that are meant; values: perhaps of some values alone."""
        rng, some = self.rng, self.rng.random()
        if some < 0.2:
            return {"applicable_product_tags": rng.sample(TAGS, rng.choice([1, 1, 2]))}
        if some < 0.4:
            return {"product_id": rng.choice(self.priced())["id"]}
        return {"override_specifiers": [self.meant(values) for _ in range(rng.choice([1, 1, 2]))]}

    def meant(self, values):
        rng, found, body = self.rng, {}, self.rng.choice(self.priced())
        if self.chance(0.6):
            found["product_id"] = body["id"]
        if self.chance(0.3) or not found:
            found["product_tags"] = rng.sample(TAGS, rng.choice([1, 1, 2]))
        if self.chance(0.3) and "pricing_group_key" in body:
            found["pricing_group_values"] = {"zone": rng.choice(ZONES)}
        if values and self.chance(0.3):
            key = rng.choice(body.get("presentation_group_key", ["zone", "model"]))
            found["presentation_group_values"] = {key: rng.choice(ZONES if key == "zone" else ["a", "b", 3])}
        return found

    def overrides(self):
        """Before there are balances."""
        kinds = ["MULTIPLIER", "MULTIPLIER", "OVERWRITE", "ENTITLEMENT"]
        if self.chance(0.5):
            self.contract["multiplier_override_prioritization"] = "EXPLICIT"
            kinds += self.tiered()
        some = range(self.rng.choice([0, 1, 2, 3]))
        self.contract["overrides"] = [self.override(kinds) for _ in some]
        for product in self.seats:
            many = range(self.rng.choice([0, 0, 1, 2]))
            self.contract["overrides"] += [self.of_subscription(product) for _ in many]

    def overrides_of_commits(self):
        """When there are."""
        rng, lists = self.rng, self.contract
        commits = [c["id"] for c in lists.get("commits", [])]
        credits = [c["id"] for c in lists.get("credits", [])]
        recurring = [c["id"] for c in lists.get("recurring_commits", [])]
        again = recurring + [c["id"] for c in lists.get("recurring_credits", [])]
        kinds = ["MULTIPLIER", "MULTIPLIER", "OVERWRITE"]
        if "multiplier_override_prioritization" in self.contract:
            kinds += self.tiered()
        for _ in range(rng.choice([0, 1, 2, 3])):
            body = {**self.override(kinds), "is_commit_specific": True}
            body.pop("entitled", None)
            if self.chance(0.4):
                body["target"] = rng.choice(["COMMIT_RATE", "COMMIT_RATE", "LIST_RATE"])
            named = [
                ("commit_ids", commits),
                ("recurring_commit_ids", recurring),
                ("any_commit_or_credit_ids", commits + credits + again),
            ]
            for specifier in body.get("override_specifiers", ()):
                name, ids = rng.choice(named)
                if ids and self.chance(0.7):
                    specifier[name] = rng.sample(ids, 1)
            self.contract["overrides"].append(body)
