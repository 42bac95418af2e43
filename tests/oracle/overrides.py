"""overrides - what a contract makes of the rates of its card."""
from copy import copy
from fractions import Fraction

from figures import instant, number
from prices import Prices, Rate
from usage import has_texts


class Override:
    def __init__(self, body, seq):
        self.body, self.seq, self.type = body, seq, body.get("type")
        self.start, self.end = instant(body["starting_at"]), instant(body.get("ending_before"))
        self.of_commits = body.get("is_commit_specific", False)
        self.at_commit_rate = body.get("target") == "COMMIT_RATE"

    def tiers(self):
        """[(size or None, multiplier)]"""
        if self.type == "MULTIPLIER":
            return [(None, number(self.body["multiplier"]))]
        tiers = self.body["tiers"]
        return [(number(t["size"]) if "size" in t else None, number(t["multiplier"])) for t in tiers]

    def at(self, x):
        """The multiplier of what lies behind x; beyond its last end there is none."""
        end = Fraction(0)
        for size, multiplier in self.tiers():
            end += size or 0
            if size is None or x < end:
                return multiplier
        return Fraction(1)

    def bounds(self):
        found, end = [], Fraction(0)
        for size, _ in self.tiers():
            if size is not None:
                end += size
                found.append(end)
        return found

    def means(self, specifier, product, line, t):
        wanted = specifier.get("product_id", product.id)
        tags = set(specifier.get("product_tags", ()))
        pricing, presentation, frequency = line
        return (
            wanted == product.id
            and specifier.get("billing_frequency", frequency) == frequency
            and tags <= product.tags(t)
            and has_texts(pricing, specifier.get("pricing_group_values", {}))
            and has_texts(presentation, specifier.get("presentation_group_values", {}))
        )

    def specifiers(self, product, t):
        """Its specifiers; a product or tags are like one."""
        body = self.body
        if "override_specifiers" in body:
            return body["override_specifiers"]
        if "applicable_product_tags" in body:
            return [{}] if set(body["applicable_product_tags"]) & product.tags(t) else []
        return [{"product_id": body["product_id"]}] if "product_id" in body else [{}]

    def fits(self, product, line, t, segment=None):
        if not self.start <= t < self.end:
            return False
        meant = [s for s in self.specifiers(product, t) if self.means(s, product, line, t)]
        return any(segment is None or names(s, segment.commit) for s in meant)

    def names_frequency(self):
        """As it must to change the price of a subscription."""
        return any("billing_frequency" in s for s in self.body.get("override_specifiers", ()))

    def rank(self, is_explicit):
        """The least is chosen."""
        multiplier = self.tiers()[0][1]
        priority = number(self.body["priority"]) if is_explicit else 0
        return (priority, multiplier, -self.seq)

    def of(self, prices):
        """The prices that it makes of others."""
        made = copy(prices)
        if self.type == "MULTIPLIER":
            made.tiers = [(size, p * self.at(0), fee * self.at(0)) for size, p, fee in prices.tiers]
            return made
        begins = sorted({*prices.begins(), *self.bounds()})
        sizes = [b - a for a, b in zip(begins, begins[1:])] + [None]
        fees = dict(zip(prices.begins(), (fee for *_, fee in prices.tiers)))
        made.tiers = [
            (size, prices.tiers[prices.entered(a)][1] * self.at(a), fees.get(a, 0) * self.at(a))
            for a, size in zip(begins, sizes)
        ]
        made.type = {"FLAT": "TIERED", "PERCENTAGE": "TIERED_PERCENTAGE"}.get(prices.type, prices.type)
        return made


def names(specifier, commit):
    """Commits that are drawn, where it names some; else all."""
    lists = ("commit_ids", "recurring_commit_ids", "any_commit_or_credit_ids")
    ids = [i for name in lists for i in specifier.get(name, ())]
    return not ids or commit.id in ids or commit.body.get("recurring_id") in ids


def chosen(overrides, is_explicit):
    """Of those that fit: the last one that overwrites, else the best multiplier."""
    overwriting = [o for o in overrides if o.type == "OVERWRITE"]
    if overwriting:
        return max(overwriting, key=lambda o: o.seq)
    multiplying = [o for o in overrides if o.type in ("MULTIPLIER", "TIERED")]
    return min(multiplying, key=lambda o: o.rank(is_explicit)) if multiplying else None


def overwritten(override, rate):
    body = {**override.body["overwrite_rate"], "product_id": None, "starting_at": "1970-01-01"}
    made = Rate({**body, "entitled": True}, 0)
    if rate is not None:
        made.commit = rate.commit if rate.commit is not rate else made
    return made


class Overrides:
    """Of a contract."""

    def __init__(self, body):
        self.all = [Override(o, seq) for seq, o in enumerate(body.get("overrides", ()))]
        self.is_explicit = body.get("multiplier_override_prioritization") == "EXPLICIT"

    def turns(self):
        return [t for o in self.all for t in (o.start, o.end)]

    def rate(self, product, rate, line, t):
        """Outside of balances."""
        fit = [o for o in self.all if not o.of_commits and o.fits(product, line, t)]
        pricing = [o for o in fit if line[2] is None or o.names_frequency()]
        override, own = chosen(pricing, self.is_explicit), rate
        if override and override.type == "OVERWRITE":
            own = overwritten(override, rate)
        elif override and rate is not None:
            own = override.of(rate)
            if rate.commit is rate:
                own.commit = own
        said = [o for o in fit if "entitled" in o.body or o.type == "OVERWRITE"]
        if said and own is not None:
            own = copy(own) if own is rate else own
            own.entitled = said[-1].body.get("entitled", True)
            own.commit = own if own.commit is rate else own.commit
        return own

    def specific(self, product, rate, line, t, segment):
        """While a segment draws; None where it draws like others."""
        at_commit_rate = segment.at_commit_rate and rate.commit is not rate
        base = rate.commit if at_commit_rate else rate
        fit = [o for o in self.all if o.of_commits and o.at_commit_rate == at_commit_rate]
        fit = [o for o in fit if o.fits(product, line, t, segment)]
        override = chosen(fit, self.is_explicit)
        if override is None:
            return None
        if override.type == "OVERWRITE":
            return Prices(override.body["overwrite_rate"])
        return override.of(base)
