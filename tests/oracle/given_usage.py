"""given_usage - events, at random, many of them where something changes."""
from figures import DAY, instant, stamp
from given_prices import ZONES


class Usage:
    """Of a case."""

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
