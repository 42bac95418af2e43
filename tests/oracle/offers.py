"""offers - what a window charges: the rate outside of balances, and what they draw at."""


class Offer:
    """specific: prices of segments, by their ids, that are of their own."""

    def __init__(self, rate, specific=()):
        self.rate, self.specific = rate, dict(specific)

    def by(self, segment):
        if segment is None or self.rate is None:
            return self.rate
        usual = self.rate.commit if segment.at_commit_rate else self.rate
        return self.specific.get(segment.id, usual)

    def every(self):
        """The rate first."""
        return [self.rate, self.rate.commit, *self.specific.values()]

    def same(self):
        if self.rate is None:
            return None
        return (self.rate.same(), sorted((k, p.prices()) for k, p in self.specific.items()))
