"""What tests/crash.py works with: the tools, called with a fault or without, and
what must come out of them, computed here from the events alone."""

import array
import contextlib
import fcntl
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import termios
from decimal import Decimal
from fractions import Fraction

COMPANIONS = ("", "-wal", "-shm", "-lock")
DATABASE_FILES = "mtr.db,-wal,-shm,-lock,-journal,(deleted)"  # the last are temporary
FROM, TO = "2024-09-01T00:00:00Z", "2024-10-01T00:00:00Z"
CUSTOMERS = ("northwind", "acme", "pixelforge")
METRICS = (("calls", "COUNT", ("call",)), ("bytes", "SUM", ("call", "upload")))
FAULT = os.path.join(os.environ["BUILD_DIR"], "tests", "fault.so")
NO_FAULT = os.environ.get("NO_FAULT", "")  # why there is none
TIMEOUT = 120
KILLED = -signal.SIGKILL

os.environ["MTR_DB"] = "mtr.db"


class Failed(Exception):
    """The tools did what they must not do."""


def want(condition, what, *shown):
    if not condition:
        raise Failed("\n".join([what] + [str(s)[:4000] for s in shown]))


# ---- events, and what is to come of them ----


def line(event):
    return json.dumps(event, separators=(",", ":")) + "\n"


class Store:
    """What is stored: the first event of each transaction_id."""

    def __init__(self):
        self.events = {}

    def copy(self):
        other = Store()
        other.events = dict(self.events)
        return other

    def take(self, events):
        """Feed the events in their order; the counts of the receipt."""
        counts = {"read": 0, "accepted": 0, "duplicate": 0, "conflict": 0}
        for event in events:
            first = self.events.get(event["transaction_id"])
            counts["read"] += 1
            if first is None:
                self.events[event["transaction_id"]] = event
                counts["accepted"] += 1
            else:
                counts["duplicate" if first == event else "conflict"] += 1
        return counts

    def usage(self):
        """Usage by customer and metric, and how many events each counted."""
        total = {(c, m[0]): [Fraction(0), 0] for c in CUSTOMERS for m in METRICS}
        for event in self.events.values():
            for name, how, types in METRICS:
                if event["event_type"] in types:
                    cell = total[event["customer_id"], name]
                    cell[0] += 1 if how == "COUNT" else Fraction(str(event["properties"]["bytes"]))
                    cell[1] += 1
        return {k: (v, n) for k, (v, n) in total.items() if n > 0}


class Source:
    """New events, no two of one time, so that an export has one order."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.made = 0

    def event(self):
        i = self.made
        self.made += 1
        kind = ("call", "call", "upload", "call", "ping")[i % 5]
        properties = {}
        if kind != "ping":
            properties["bytes"] = self.random.choice(
                [i + 1, f"{i}.{self.random.randrange(1, 1000):03d}".rstrip("0"), str(i * 7)]
            )
        if kind == "call":
            properties["region"] = self.random.choice(["EU", "US", "APAC"])
        if kind == "upload":
            properties["note"] = "%x" % self.random.getrandbits(64)
        return {
            "transaction_id": f"e-{i}" if i % 3 else self.uuid(),
            "customer_id": CUSTOMERS[self.random.randrange(len(CUSTOMERS))],
            "event_type": kind,
            "timestamp": "2024-09-%02dT%02d:%02d:%02d.%06dZ"
            % (1 + i // 86400 % 30, i // 3600 % 24, i // 60 % 60, i % 60, i),
            "properties": properties,
        }

    def uuid(self):
        h = "%032x" % self.random.getrandbits(128)
        return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))

    def file(self, n, earlier):
        """n new events, with repeats and conflicts of themselves and of earlier ones."""
        events = [self.event() for _ in range(n)]
        known = earlier + events
        for choose in (events, known, known):
            events.insert(self.random.randrange(len(events)), self.random.choice(choose))
        other = dict(self.random.choice(known))
        other["timestamp"] = "2024-09-30T12:00:00Z"
        events.append(other)
        return events


# ---- the tools ----


class Result:
    def __init__(self, argv, status, out, err):
        self.argv = argv
        self.status = status
        self.out = out or b""
        self.err = err.decode(errors="replace")

    @property
    def lines(self):
        """The output as objects. What a process that was killed was writing is no line."""
        return [json.loads(text) for text in self.out.split(b"\n")[:-1] if text]

    def __str__(self):
        out = self.out.decode(errors="replace")
        return f"{' '.join(self.argv)}: status {self.status}\nstdout: {out}\nstderr: {self.err}"


def fault(at, how, files=None, report=None):
    """The environment of a fault; at 0 the calls are counted."""
    env = {"LD_PRELOAD": FAULT, "FAULT_AT": str(at), "FAULT_HOW": how}
    if files:
        env["FAULT_FILES"] = files
    if report:
        env["FAULT_REPORT"] = report
    return env


def call(*argv, env=None, **more):
    try:
        done = subprocess.run(
            argv,
            stdin=more.pop("stdin", subprocess.DEVNULL),
            stdout=more.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            env={**os.environ, **env} if env else None,
            timeout=TIMEOUT,
            check=False,
            **more,
        )
    except subprocess.TimeoutExpired as e:
        raise Failed(f"{' '.join(argv)}: no end after {TIMEOUT} s") from e
    return Result(argv, done.returncode, done.stdout, done.stderr)


def good(*argv, **more):
    result = call(*argv, **more)
    want(result.status == 0 and result.err == "", "wanted status 0 and no message", result)
    return result


# Where it can, it tells of each batch, so that more is known of one that is killed.
ACKNOWLEDGES = b"--ack" in good("mtr-ingest", "--help").out
INGEST = ("mtr-ingest", "--lock-wait=120") + (("--ack",) if ACKNOWLEDGES else ())


def ingest(*files, env=None, **more):
    """Without a fault too it makes no syncs: the disk of a machine that tests may be busy."""
    if env is None and not NO_FAULT:
        env = {"LD_PRELOAD": FAULT}
    return call(*INGEST, *files, env=env, **more)


def acknowledged(result):
    """How many events a command said to have stored: its receipt, else its acknowledgements."""
    lines = result.lines
    acks = sum(entry["accepted"] for entry in lines if entry["type"] == "ack")
    receipts = [entry["accepted"] for entry in lines if entry["type"] == "receipt"]
    want(len(receipts) <= 1, "several receipts", result)
    if receipts and ACKNOWLEDGES:
        want(receipts == [acks], "receipt and acknowledgements do not agree", result)
    return max([acks] + receipts)


def receipt_is(result, counts):
    """The receipt has these counts, with the status that goes with them."""
    lines = result.lines
    want(len(lines) > 0, "no receipt", result)
    got = {k: v for k, v in lines[-1].items() if k in counts}
    want(got == counts, f"wanted a receipt of {counts}", result)
    want(result.status == (1 if counts["conflict"] else 0), "wanted another status", result)
    want(result.err.count("[conflict]\n") == counts["conflict"], "conflicts not told", result)


def check(name="mtr.db"):
    result = call("mtr-db", "check", "-d", name)
    content = result.status == 0 and result.err == "" and len(result.lines) == 1
    want(content, "mtr-db check found something", result)


def sqlite_check(name="mtr.db"):
    """Another opinion."""
    result = good("sqlite3", "-readonly", "-json", name, "PRAGMA integrity_check")
    want(result.lines == [[{"integrity_check": "ok"}]], "sqlite3 found something", result)
    result = good("sqlite3", "-readonly", name, "PRAGMA foreign_key_check")
    want(result.out == b"", "sqlite3 found something", result)


def count(name="mtr.db"):
    return good("mtr-event", "count", "-d", name).lines[0]["events"]


def export(name="mtr.db"):
    return good("mtr-event", "export", "-d", name).out


def export_is(store, exported):
    rows = [json.loads(text) for text in exported.splitlines()]
    stored = {row["transaction_id"]: row for row in rows}
    want(len(rows) == len(stored), "an event is stored twice")
    for id_, event in store.events.items():
        want(id_ in stored, f"{id_} is not stored")
        row = stored[id_]
        for field in ("customer_id", "event_type", "properties"):
            want(row.get(field, {}) == event[field], f"{id_} came back otherwise", row, event)
    want(len(stored) == len(store.events), "events are stored that nobody sent")


def usage(name="mtr.db"):
    rows = good("mtr-metric", "usage", "-d", name, f"--from={FROM}", f"--to={TO}").lines
    return {
        (row["customer_name"], row["billable_metric_name"]): (
            Fraction(Decimal(row["value"])),
            row["events"],
        )
        for row in rows
        if row["events"]
    }


def usage_is(wanted, name="mtr.db"):
    got = usage(name)
    want(got == wanted, "usage is not that of the events", f"wanted {wanted}", f"got {got}")


def counts_are(store, name="mtr.db"):
    """Count and usage are those of the events."""
    got = count(name)
    want(got == len(store.events), f"counted {got} events, wanted {len(store.events)}")
    usage_is(store.usage(), name)


# ---- databases ----


def metric(name, how, types):
    made = {"name": name, "aggregation_type": how, "event_type_filter": {"in_values": types}}
    if how == "SUM":
        made["aggregation_key"] = "bytes"
        made["property_filters"] = [{"name": "bytes", "exists": True}]
    return made


def create(name="mtr.db"):
    for end in COMPANIONS:
        remove(name + end)
    good("mtr-db", "init", "-d", name, "--id=00000000-0000-8000-8000-000000000001")
    customers = "".join(line({"name": c, "ingest_aliases": [c]}) for c in CUSTOMERS)
    metrics = "".join(line(metric(*one)) for one in METRICS)
    for tool, records in (("mtr-customer", customers), ("mtr-metric", metrics)):
        with open("records", "w", encoding="utf-8") as f:
            f.write(records)
        good(tool, "create", "-d", name, "records")


def remove(name):
    try:
        os.unlink(name)
    except FileNotFoundError:
        pass


def copy(source, target):
    """The database and its companions, and nothing left of what was there."""
    for end in COMPANIONS:
        try:
            shutil.copyfile(source + end, target + end)
        except FileNotFoundError:
            remove(target + end)


@contextlib.contextmanager
def held(name):
    """The write lock, as another command has it."""
    with open(name, "r+b") as f:
        lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
        fcntl.fcntl(f, fcntl.F_OFD_SETLK, lock)
        yield


def waiting(pipe):
    """Bytes in a pipe that nobody has read."""
    n = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, n)
    return n[0]


def lines_in(name):
    """Lines in a file that another process writes."""
    if not os.path.exists(name):
        return 0
    with open(name, "rb") as f:
        return f.read().count(b"\n")


def size(name):
    try:
        return os.stat(name).st_size
    except FileNotFoundError:
        return 0


# ---- the calls of a run ----

CALL = re.compile(rb"(\d+) (\S+) (\d+) \S+ (.*)")


class Call:
    """One line of a report of fault.so."""

    def __init__(self, text):
        number, name, n, path = CALL.fullmatch(text).groups()
        self.number = int(number)
        self.name = name.decode()
        self.bytes = int(n)
        self.path = path.decode(errors="replace")

    def writes(self):
        return self.name in ("write", "pwrite", "writev")

    def on_database(self):
        return self.path.endswith(tuple(DATABASE_FILES.split(",")))

    def __str__(self):
        return f"{self.number} {self.name} {self.bytes} {self.path}"


def calls(report):
    with open(report, "rb") as f:
        return [Call(text) for text in f.read().split(b"\n")[:-1]]
