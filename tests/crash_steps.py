"""Steps that tests/crash.py strikes at: a database, a file to ingest, what must come of it."""

import os
import pickle
import random
import sys

import crash_tools as tools
from crash_tools import Failed, Source, Store, want

SOAK = os.environ.get("SOAK", "") not in ("", "0")
SEED = int(os.environ.get("CRASH_SEED", "1"))
SMALL_INGESTS = 72  # past eight times eight, where what was merged is merged again
SMALL_EVENTS = 20
LEFT_INGESTS = 12
LEFT_EVENTS = 400
BATCH = 100000
BATCHES_EVENTS = 250000
LONG_LOG = 64 << 20  # bytes, past which an ingest moves the log before it ends
LONG_TEXT = 60000
BUSIEST = 6
MAY_MISS = 0.1  # of the points: a call that another run does not come to
STATES = ("not stored", "stored")


class Step:
    """mtr.db as it is, and events for it; the ingest without a fault is run at once."""

    def __init__(self, name, directory, stored, events):
        self.store = stored.copy()
        self.begin(name, directory, (tools.line(event) for event in events))
        self.counts = self.store.take(events)
        self.totals = [(len(s.events), s.usage()) for s in (stored, self.store)]
        self.exported = [tools.export()]
        self.run()
        self.exported.append(tools.export())
        tools.export_is(self.store, self.exported[1])

    def begin(self, name, directory, lines):
        self.name = name
        self.before = os.path.join(directory, f"{name}.db")
        self.file = os.path.join(directory, f"{name}.ndjson")
        tools.copy("mtr.db", self.before)
        with open(self.file, "w", encoding="utf-8") as f:
            f.writelines(lines)

    def run(self):
        tools.remove("report")
        env = None if tools.NO_FAULT else tools.fault(0, "none", report="report")
        result = tools.ingest(self.file, env=env)
        tools.receipt_is(result, self.counts)
        self.status = result.status
        self.calls = [] if tools.NO_FAULT else tools.calls("report")
        tools.check()

    def state(self):
        """Which of the states is stored: of a batch all or nothing."""
        got = tools.export()
        want(got in self.exported, "stored is neither what was before nor what is wanted", got)
        return self.exported.index(got)

    def accepted(self, state):
        return self.totals[state][0] - self.totals[0][0]

    def counts_from(self, state):
        """What the receipt says of the whole input when this much is stored."""
        there = self.accepted(state)
        return {
            **self.counts,
            "accepted": self.counts["accepted"] - there,
            "duplicate": self.counts["duplicate"] + there,
        }

    def is_done(self):
        events, usage = self.totals[-1]
        got = tools.count()
        want(got == events, f"mtr-event count: {got}, wanted {events}")
        tools.usage_is(usage)

    def bytes_written(self):
        return sum(c.bytes for c in self.calls if c.on_database())

    def told(self):
        """The number of the first call that says something: what is stored is stored by then."""
        return next(c.number for c in self.calls if c.name == "write")

    def numbered(self, files=None):
        """The calls as they are numbered where those on other files do not count."""
        ends = tuple(files.split(",")) if files else ("",)
        return list(enumerate((c for c in self.calls if c.path.endswith(ends)), 1))


class LargeStep(Step):
    """One that is known by count and usage, since it is too much to be written out each time."""

    def __init__(self, name, directory, events, totals, counts):
        self.begin(name, directory, events)
        self.totals = totals
        self.counts = counts
        self.run()
        self.is_done()

    def state(self):
        events = [total[0] for total in self.totals]
        got = tools.count()
        want(got in events, f"mtr-event counts {got} events; after whole batches {events}")
        tools.usage_is(self.totals[events.index(got)][1])
        return events.index(got)


# ---- which there are ----


def small_steps(directory):
    """Many small ingests, one on the other: small runs and blocks, and their merges."""
    source = Source(SEED)
    stored = Store()
    steps = []
    tools.create()
    for i in range(1, SMALL_INGESTS + 1):
        events = source.file(SMALL_EVENTS, list(stored.events.values()))
        steps.append(Step(f"small{i}", directory, stored, events))
        stored = steps[-1].store
    return steps


def left_step(directory):
    """A log that nobody moved into the file: each ingest was killed when it began to."""
    source = Source(SEED + 1)
    stored = Store()
    tools.create()
    for _ in range(LEFT_INGESTS):
        events = source.file(LEFT_EVENTS, list(stored.events.values()))
        stored.take(events)
        ingest_and_leave_log(tools.line(event) for event in events)
    want(tools.size("mtr.db-wal") > 1 << 19, "the log is small")
    return Step("left", directory, stored, source.file(LEFT_EVENTS, list(stored.events.values())))


def ingest_and_leave_log(lines):
    with open("in", "w", encoding="utf-8") as f:
        f.writelines(lines)
    result = tools.ingest("in", env=tools.fault(1, "before", "/mtr.db"))
    want(result.status == tools.KILLED, "it did not begin to move the log", result)


def plain_event(i, value):
    moment = (1 + i // 86400, i // 3600 % 24, i // 60 % 60, i % 60)
    return (
        f'{{"transaction_id":"b-{i}","customer_id":"{tools.CUSTOMERS[i % 3]}",'
        f'"event_type":"call","timestamp":"2024-09-%02dT%02d:%02d:%02dZ",'
        f'"properties":{{"bytes":{value}}}}}\n' % moment
    )


class Sums:
    """Of the customers of plain_event, whose values are whole numbers."""

    def __init__(self):
        self.sums = [0, 0, 0]
        self.numbers = [0, 0, 0]

    def add(self, i):
        self.sums[i % 3] += i
        self.numbers[i % 3] += 1

    def total(self):
        usage = {}
        for customer, value, n in zip(tools.CUSTOMERS, self.sums, self.numbers):
            if n > 0:
                usage[customer, "bytes"] = (value, n)
                usage[customer, "calls"] = (n, n)
        return sum(self.numbers), usage


def batches_step(directory):
    """One ingest of several batches, with repeats that reach back over them."""
    sums = Sums()
    lines, totals = [], [sums.total()]
    counts = {"read": BATCHES_EVENTS, "accepted": 0, "duplicate": 0, "conflict": 0}
    for i in range(BATCHES_EVENTS):
        if i % 1000 == 999:
            first = i // 2000 * 1000
            lines.append(plain_event(first, first))
            counts["duplicate"] += 1
        elif i in (150001, 249998):
            lines.append(plain_event(i // 3, i))
            counts["conflict"] += 1
        else:
            lines.append(plain_event(i, i))
            counts["accepted"] += 1
            sums.add(i)
        if (i + 1) % BATCH == 0 or i + 1 == BATCHES_EVENTS:
            totals.append(sums.total())
    tools.create()
    return LargeStep("batches", directory, lines, totals, counts)


def long_log_step(directory):
    """A log so long that this ingest moves it right after its batch, not only at its end."""
    source = Source(SEED + 2)
    stored = Store()

    def some(n):
        events = [source.event() for _ in range(n)]
        for event in events:
            event["properties"]["text"] = source.random.randbytes(LONG_TEXT // 2).hex()
        return events

    tools.create()
    grown = 0
    while tools.size("mtr.db-wal") + 2 * grown < LONG_LOG:
        grown = -tools.size("mtr.db-wal")
        events = some(100)
        stored.take(events)
        ingest_and_leave_log(tools.line(event) for event in events)
        grown += tools.size("mtr.db-wal")
    events = some(250)
    after = stored.copy()
    counts = after.take(events)
    totals = [(len(s.events), s.usage()) for s in (stored, after)]
    return LargeStep("long", directory, (tools.line(e) for e in events), totals, counts)


def save_steps(directory, steps):
    with open(os.path.join(directory, "steps"), "wb") as f:
        pickle.dump(steps, f)


def load_steps(directory):
    with open(os.path.join(directory, "steps"), "rb") as f:
        return pickle.load(f)


# ---- points ----


class Point:
    """A step, the number of a call in it, and what happens there."""

    def __init__(self, step, at, how, files=None, what=None):
        self.step = step
        self.at = at
        self.how = how
        self.files = files
        self.what = what

    def __str__(self):
        return f"{self.step.name}:{self.at}:{self.how}" + (f" ({self.what})" if self.what else "")

    def strike(self, **more):
        tools.copy(self.step.before, "mtr.db")
        return tools.ingest(
            self.step.file, env=tools.fault(self.at, self.how, self.files), **more
        )


def every(points, budget):
    """As many as fit the budget, at even distances."""
    if len(points) <= budget:
        return points
    distance = len(points) / budget
    offset = random.Random(SEED).random() * distance
    return [points[int(offset + i * distance)] for i in range(budget)]


def points_of(steps, hows, files=None, only=lambda c: True):
    return [
        Point(step, number, how, files, c)
        for step in steps
        for number, c in step.numbered(files)
        if only(c)
        for how in hows
        if c.writes() or how not in ("torn", "short")
    ]


def repeated_point(steps, files=None):
    """The one case that the command line asks for."""
    name, at, how = sys.argv[3].split(":")
    step = next(s for s in steps if s.name == name)
    return [Point(step, int(at), how, files, dict(step.numbered(files)).get(int(at)))]


def parts(steps, hows, budget, files=None, only=lambda c: True):
    """Of what comes before it says what is stored, and of what comes after, as many of each."""
    before = points_of(steps, hows, files, only)
    after = [p for p in before if p.what.number >= p.step.told()]
    before = [p for p in before if p.what.number < p.step.told()]
    return every(before, budget // 2) + every(after, budget // 2)


def choose(steps, hows, budget, files=None, only=lambda c: True):
    """All of them in a soak; else half for the steps that write most, half for the others."""
    if len(sys.argv) > 3:
        return repeated_point(steps, files)
    if SOAK:
        return points_of(steps, hows, files, only)
    busy = sorted(steps, key=Step.bytes_written)[-BUSIEST - 1 :]
    rest = [s for s in steps if s not in busy]
    return [p for some in (rest, busy) for p in parts(some, hows, budget // 2, files, only)]


def sweep(points, trial, *must):
    """Try each point. Each of the outcomes that must be met is, else this tested nothing."""
    outcomes = {}
    for i, point in enumerate(points):
        try:
            outcome = trial(point, i)
        except Failed as e:
            raise Failed(f"at {point}, seed {SEED}:\n{e}") from e
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    told = ", ".join(f"{n} {what}" for what, n in sorted(outcomes.items()))
    print(f"{len(points)} points, seed {SEED}: {told}")
    if len(sys.argv) > 3:
        return
    for outcome in must:
        want(outcome in outcomes, f"never {outcome}")
    missed = outcomes.get("not reached", 0)
    want(missed <= MAY_MISS * len(points), f"{missed} points were not reached")


# ---- what must hold after whatever happened ----


def sound(step):
    """The file is sound and no batch is half there. Returns which state is stored."""
    tools.check()
    return step.state()


def comes_again(step, state, i):
    """The same input ends at exactly the right counts."""
    tools.receipt_is(tools.ingest(step.file), step.counts_from(state))
    tools.check()
    if i % 4 == 0:
        want(step.state() == len(step.totals) - 1, "not everything is stored")
    step.is_done()


def recovers(point, i, result):
    """All that must hold: what was acknowledged is there too."""
    state = sound(point.step)
    there = point.step.accepted(state)
    want(tools.acknowledged(result) <= there, f"{there} events are there; acknowledged:", result)
    if i % 10 == 0:
        tools.sqlite_check()
    comes_again(point.step, state, i)
    return STATES[state > 0]
