"""rows.py - how each row of the table is measured, and held against what is right."""
import os
import shutil

import peers
import report
import shop
from measure import Checks, Failed, median, read_json, say

NOW = "2026-04-03T00:00:00Z"
MONTH = ("--from=2026-03-01", "--to=2026-04-01")
YEAR = ("--from=2026-01-01", "--to=2027-01-01")
YEAR_END = "2027-01-03T00:00:00Z"
MONTHS = 12

PARSE_LINES = 200000
PARSE_ROUNDS = 7
STARTS = 30
SINGLES = 9
COUNTS = ("read", "accepted", "duplicate", "conflict", "rejected")
TIMES = ("first_timestamp", "last_timestamp")

# The rows of each peer: section, title, how many times better is wanted.
PEER_ROWS = {
    "SQLite": (
        ("ingest", "SQLite `.import` of CSV", 10),
        ("ingest", "`jq | sqlite3`", None),
        ("usage", "SQLite, typed columns", None),
        ("usage", "SQLite, `json_extract`", 25),
    ),
    "DuckDB": (
        ("ingest", "DuckDB `INSERT … ON CONFLICT`", 4),
        ("usage", "DuckDB, typed columns", 1),
    ),
    "PostgreSQL": (
        ("ingest", "PostgreSQL `COPY`, `INSERT … ON CONFLICT`", None),
        ("usage", "PostgreSQL, typed columns", None),
    ),
}


class Bench:
    """One run: the files made, what was measured, and the table it becomes."""

    def __init__(self, settings, build, scratch):
        self.set = settings
        self.build = build
        self.scratch = scratch
        self.checks = Checks()
        self.table = report.Table()
        self.versions = []
        self.left_out = []
        self.manifest = None
        self.ingest_s = None
        self.usage_s = None
        self.usage_memory = None
        self.usage = None
        self.measured = []

    def program(self, name):
        return os.path.join(self.build, name)

    def all(self):
        self.parse()
        self.ingest_main()
        self.replay()
        self.variant("1 % malformed lines", 0.9, "--malformed=1")
        self.variant("a unique text of 128 bytes an event", 0.5, "--unique-text")
        self.usage_main()
        self.peers()
        self.scratch.remove("events.ndjson", "events.csv")
        self.invoices()
        self.scratch.remove("mtr.db")
        self.balances()
        self.many_customers()
        self.growth()
        self.starts()

    # ---- events ----

    def generate(self, name, events, *options, customers=None):
        """Made events in a file of this name; their manifest."""
        path = self.scratch.file("manifest")
        argv = [self.program("bench/generate"), f"--count={events}", f"--manifest={path}"]
        argv += [f"--customers={customers or self.set.customers}", *options]
        os.replace(self.scratch.run(argv).out, self.scratch.file(name))
        return read_json(path, "manifest")

    def use(self, db):
        self.scratch.env["MTR_DB"] = self.scratch.file(db)

    def fresh(self, db):
        self.scratch.remove(db)
        self.use(db)
        self.scratch.run(["mtr-db", "init"])

    def ingest(self, what, name, wanted):
        """Ingest a file; its receipt must say what is wanted."""
        argv = ["mtr-ingest", "-q", self.scratch.file(name)]
        status = 1 if wanted["rejected"] else 0
        run, receipt = self.scratch.record(argv, statuses=(status,))
        for key in (*COUNTS, *TIMES, "unknown_customers"):
            if key in wanted:
                self.checks.equal(f"{what}: {key}", receipt.get(key), wanted[key])
        return run

    def ingest_fresh(self, what, name, wanted, db):
        self.fresh(db)
        run = self.ingest(what, name, wanted)
        self.count(what, wanted["accepted"])
        return run

    def count(self, what, wanted):
        _, stored = self.scratch.record(["mtr-event", "count"])
        self.checks.equal(f"{what}: events stored", stored["events"], wanted)

    # ---- parse ----

    def parse(self):
        say("parse")
        lines = min(self.set.events, PARSE_LINES)
        self.generate("parse.ndjson", lines)
        argv = [self.program("bench/parse"), self.scratch.file("parse.ndjson"), str(PARSE_ROUNDS)]
        _, got = self.scratch.record(argv)
        self.scratch.remove("parse.ndjson")
        self.checks.equal("parse: lines", got["lines"], lines)
        for way, what, goal in (
            ("scan", "strict parse, five fields taken", 4),
            ("event", "the same, and a whole event checked", None),
        ):
            took, theirs = got[f"{way}_ns"] / 1e9, got["cjson_ns"] / 1e9
            cjson = f"cJSON {report.rate(lines, theirs, 'lines')}"
            ours = report.rate(lines, took, "lines")
            self.table.ratio("parse", what, ours, cjson, theirs / took, goal)

    # ---- ingest ----

    def ingest_main(self):
        say(f"ingest of {self.set.events} events")
        self.manifest = self.generate("events.ndjson", self.set.events, "--duplicates=1")
        self.generate("events.csv", self.set.events, "--duplicates=1", "--format=csv")
        runs = [
            self.ingest_fresh("ingest", "events.ndjson", self.manifest, "mtr.db")
            for _ in range(self.set.rounds)
        ]
        self.ingest_s = median([r.seconds for r in runs])
        self.memory_row(self.set.events, max(r.memory for r in runs), 400)
        size = sum(map(os.path.getsize, self.scratch.database_files("mtr.db")))
        per_event = size / self.manifest["accepted"]
        ours = f"{per_event:.1f} bytes an event"
        met = report.at_most(per_event, 64)
        self.table.add("size", "size of the database", ours, goal="≤ 64 bytes", met=met)

    def memory_row(self, events, memory, goal_mb):
        what, ours = f"memory of ingest, {events:,} events", report.megabytes(memory)
        met = report.at_most(memory / 1e6, goal_mb)
        self.table.add("memory", what, ours, goal=f"≤ {goal_mb} MB", met=met)

    def beside_first(self, what, goal, other):
        """Rounds of the plain events into a fresh database, and then of other()."""
        first, second = [], []
        for _ in range(self.set.rounds):
            run = self.ingest_fresh("ingest", "events.ndjson", self.manifest, "again.db")
            first.append(run.seconds)
            second.append(other().seconds)
        self.scratch.remove("again.db")
        plain, took = median(first), median(second)
        theirs = "plain " + report.rate(self.set.events, plain)
        ours = report.rate(self.set.events, took)
        self.table.ratio("again", f"ingest of {what}", ours, theirs, plain / took, goal)

    def replay(self):
        say("replay")
        counts = self.manifest
        repeats = {"accepted": 0, "duplicate": counts["read"], "unknown_customers": 0}
        wanted = {**counts, **repeats, "first_timestamp": None, "last_timestamp": None}

        def again():
            run = self.ingest("replay", "events.ndjson", wanted)
            self.count("replay", counts["accepted"])
            return run

        self.beside_first("the same file again, all duplicates", 1, again)

    def variant(self, what, goal, *options):
        """Other events, as many."""
        say(what)
        manifest = self.generate("variant.ndjson", self.set.events, "--duplicates=1", *options)

        def other():
            return self.ingest_fresh(what, "variant.ndjson", manifest, "again.db")

        self.beside_first(what, goal, other)
        self.scratch.remove("variant.ndjson")

    # ---- growth ----

    def growth(self):
        events = self.set.large
        if events == 0:
            self.left_out.append("growth: BENCH_LARGE is 0")
            return
        say(f"growth: {events} events")
        manifest = self.generate("large.ndjson", events, "--duplicates=1")
        run = self.ingest_fresh("growth", "large.ndjson", manifest, "large.db")
        self.scratch.remove("large.ndjson")
        ratio = (events / run.seconds) / (self.set.events / self.ingest_s)
        theirs = f"at {self.set.events:,} {report.rate(self.set.events, self.ingest_s)}"
        what, ours = f"ingest of {events:,} events", report.rate(events, run.seconds)
        self.table.ratio("growth", what, ours, theirs, ratio, 0.75)
        self.memory_row(events, run.memory, 700)
        self.single(events)
        self.scratch.remove("large.db")

    def single(self, events):
        at = "2026-03-15T12:00:00Z"
        wanted = dict(zip((*COUNTS, *TIMES), (1, 1, 0, 0, 0, at, at)))
        event = {"customer_id": shop.customer(1), "event_type": "api_call", "timestamp": at}
        took = []
        for i in range(SINGLES):
            with open(self.scratch.file("one.ndjson"), "wb") as f:
                f.write(shop.ndjson([{"transaction_id": f"one-{i}", **event}]))
            took.append(self.ingest("one event", "one.ndjson", wanted).seconds)
        ms = median(took) * 1000
        what, met = f"one event into a file of {events:,}", report.at_most(ms, 150)
        self.table.add("growth", what, f"{ms:.1f} ms", goal="≤ 150 ms", met=met)

    # ---- usage ----

    def measure_usage(self, what, manifest, rounds):
        """Usage of the month, held against the manifest; seconds, memory, values by customer."""
        runs = [self.scratch.run(["mtr-metric", "usage", *MONTH]) for _ in range(rounds)]
        usage = shop.read_usage(runs[-1].out)
        total = tuple(map(sum, zip(shop.NOTHING, *usage.values())))
        got = {"all customers": total}
        wanted = {"all customers": shop.usage_of_manifest(manifest["metrics"])}
        for name, record in manifest["customers"].items():
            got[name] = usage.get(name, shop.NOTHING)
            wanted[name] = shop.usage_of_manifest(record)
        self.checks.equal_tables(f"{what}, beside the manifest", got, wanted)
        return median([r.seconds for r in runs]), max(r.memory for r in runs), usage

    def usage_main(self):
        say("usage")
        self.use("mtr.db")
        shop.add_customers(self.scratch, self.set.customers)
        shop.add_metrics(self.scratch)
        measured = self.measure_usage("usage", self.manifest, self.set.rounds)
        self.usage_s, self.usage_memory, self.usage = measured

    def many_customers(self):
        """Does the memory of usage depend on the number of customers?"""
        few, many = self.set.customers, 10 * self.set.customers
        say(f"usage of {many} customers")
        manifest = self.generate("variant.ndjson", self.set.events, "--zipf=0", customers=many)
        self.ingest_fresh("many customers", "variant.ndjson", manifest, "variant.db")
        shop.add_customers(self.scratch, many)
        shop.add_metrics(self.scratch)
        _, memory, _ = self.measure_usage("usage of many customers", manifest, 1)
        self.scratch.remove("variant.ndjson", "variant.db")
        ratio = memory / self.usage_memory
        what = f"memory of usage, {many:,} customers beside {few:,}"
        ours, theirs = report.megabytes(memory), report.megabytes(self.usage_memory)
        met = report.at_most(ratio, 1.2)
        self.table.add("usage", what, ours, theirs, report.times(ratio), "≤ 1.2 ×", met)

    # ---- peers ----

    def peers(self):
        """A peer that cannot be had is named; the rows of the others stand."""
        todo = {"SQLite": self.sqlite, "DuckDB": self.duckdb, "PostgreSQL": self.postgres}
        for peer, measure in todo.items():
            try:
                if peer.lower() not in self.set.peers:
                    raise Failed("not in BENCH_PEERS")
                measure(*PEER_ROWS[peer])
            except (Failed, OSError, ValueError) as e:
                say(f"{peer} left out: {e}")
                for row in PEER_ROWS[peer]:
                    if row not in self.measured:
                        self.peer_row(row, None, f"left out: {e}")

    def peer_row(self, row, took, theirs, events=None):
        """took: the peer's seconds, for so many events where not for all; None: left out."""
        section, title, goal = row
        self.measured.append(row)
        if section == "ingest":
            what = f"ingest of {self.set.events:,} events, 1 % duplicates, durable"
            ours, seconds = report.rate(self.set.events, self.ingest_s), self.ingest_s
            seconds *= (events or self.set.events) / self.set.events
        else:
            what = f"usage of a month, 3 metrics × {self.set.customers:,} customers"
            ours, seconds = report.seconds(self.usage_s), self.usage_s
        if took is None:
            wanted = f"≥ {goal:g} ×" if goal else ""
            met = "not measured"
            self.table.add(section, what, ours, f"{title} {theirs}", goal=wanted, met=met)
        else:
            self.table.ratio(section, what, ours, f"{title} {theirs}", took / seconds, goal)

    def loaded(self, row, took, count, accepted, events=None):
        self.checks.equal(f"{row[1]}: rows", count, accepted)
        n = events or self.set.events
        part = f", {n:,} events" if events else ""
        self.peer_row(row, took, report.rate(n, took) + part, events)

    def queried(self, row, took, usage):
        self.checks.equal_tables(f"usage, beside {row[1]}", self.usage, usage)
        self.peer_row(row, took, report.seconds(took))

    def sqlite(self, imported, piped, columns, documents):
        lite, rounds = peers.Sqlite(self.scratch), self.set.rounds
        say("SQLite")
        took = lite.load_csv("lite.db", self.scratch.file("events.csv"))
        self.loaded(imported, took, lite.count("lite.db"), self.manifest["accepted"])
        self.queried(columns, *lite.usage_columns("lite.db", rounds))
        few = max(self.set.events // 25, 1000)
        manifest = self.generate("few.ndjson", few, "--duplicates=1")
        took = lite.load_jq("lite.db", self.scratch.file("few.ndjson"))
        self.loaded(piped, took, lite.count("lite.db"), manifest["accepted"], few)
        self.scratch.remove("few.ndjson", "lite.db")
        lite.load_documents("lite.db", self.scratch.file("events.ndjson"))
        self.queried(documents, *lite.usage_documents("lite.db", rounds))
        self.scratch.remove("lite.db")

    def duckdb(self, inserted, columns):
        duck = peers.Duckdb(self.scratch, self.program("bench/duckdb"))
        say("DuckDB")
        self.versions.append(("DuckDB", duck.version))
        took = duck.load_csv("duck.db", self.scratch.file("events.csv"))
        self.loaded(inserted, took, duck.count("duck.db"), self.manifest["accepted"])
        self.queried(columns, *duck.usage("duck.db", self.set.rounds))
        self.scratch.remove("duck.db", "duck.db.wal")

    def postgres(self, copied, columns):
        with peers.postgres(self.scratch) as server:
            self.versions.append(("PostgreSQL", server.version))
            took = server.load_csv(self.scratch.file("events.csv"))
            self.loaded(copied, took, server.count(), self.manifest["accepted"])
            self.queried(columns, *server.usage(self.set.rounds))

    # ---- invoices ----

    def invoice_row(self, what, wanted, db, goal=None):
        """A run on a copy each round, of which the last one stays; wanted: wanted_invoices."""
        runs = []
        for _ in range(self.set.rounds):
            self.scratch.remove("run.db")
            for file in self.scratch.database_files(db):
                shutil.copy(file, file.replace(db, "run.db"))
            self.use("run.db")
            runs.append(self.scratch.run(["mtr-invoice", "run", "-q"]))
        got = shop.read_invoices(runs[-1].out)
        self.checks.equal_tables(f"{what}: number, subtotal, total", got, wanted)
        n, took = sum(v[0] for v in got.values()), median([r.seconds for r in runs])
        memory = report.megabytes(max(r.memory for r in runs))
        ours = f"{report.rate(n, took, 'invoices')}, {memory}"
        met = report.at_least(n / took, goal) if goal else ""
        self.table.add("invoices", what, ours, goal=f"≥ {goal:,} /s" if goal else "", met=met)

    def invoices(self):
        customers, credit = self.set.customers, 5000
        say("invoices")
        self.use("mtr.db")
        shop.add_prices(self.scratch)
        shop.add_contracts(self.scratch, customers, "2026-03-01", "2027-03-01", 1, credit)
        wanted = shop.wanted_invoices(self.usage, customers, 1, credit)
        what = f"{customers:,} contracts with a commit, {self.set.events:,} events"
        self.invoice_row(f"invoices of a month, {what}", wanted, "mtr.db", 10000)
        self.scratch.remove("run.db")

    def balances(self):
        customers, commits, credit = self.set.balances, 10, 800
        if customers == 0:
            self.left_out.append("many balances: BENCH_BALANCES is 0")
            return
        say(f"{commits} balances of {customers} customers")
        events = customers * MONTHS * 10
        manifest = self.generate("year.ndjson", events, "--zipf=0", *YEAR, customers=customers)
        self.scratch.env["MTR_NOW"] = YEAR_END
        self.ingest_fresh("balances", "year.ndjson", manifest, "year.db")
        shop.add_customers(self.scratch, customers)
        shop.add_metrics(self.scratch)
        shop.add_prices(self.scratch)
        shop.add_contracts(self.scratch, customers, "2026-01-01", "2027-01-01", commits, credit)
        usage = shop.read_usage(self.scratch.run(["mtr-metric", "usage", *YEAR]).out)
        wanted = shop.wanted_invoices(usage, customers, MONTHS, commits * credit)
        what = f"{customers:,} contracts with {commits} commits, {events:,} events"
        self.invoice_row(f"invoices of {MONTHS} months, {what}", wanted, "year.db")
        self.rollforward(customers * commits, wanted)
        self.scratch.remove("run.db")
        self.scratch.env["MTR_NOW"] = NOW
        self.scratch.remove("year.ndjson", "year.db")

    def rollforward(self, balances, invoices):
        """Of the year that has just been billed; invoices: shop.wanted_invoices."""
        argv = ["mtr-balance", "rollforward", "-q", *YEAR]
        runs = [self.scratch.run(argv) for _ in range(self.set.rounds)]
        rows, used = shop.read_rollforward(runs[-1].out)
        drawn = sum(subtotal - total for _, subtotal, total in invoices.values())
        self.checks.equal("rollforward: rows", rows, balances)
        self.checks.equal("rollforward: used", used, -drawn)
        took, memory = median([r.seconds for r in runs]), max(r.memory for r in runs)
        ours = f"{report.seconds(took)}, {report.megabytes(memory)}"
        self.table.add("invoices", f"rollforward of a year, {balances:,} balances", ours)

    # ---- start-up ----

    def start_command(self, tool):
        """A reading command of the tool that has next to nothing to do."""
        for verb in ([], ["list"], ["count"], ["stats"]):
            try:
                self.scratch.run([self.program(tool), *verb])
                return [self.program(tool), *verb]
            except Failed:
                pass
        return [self.program(tool), "--version"]

    def start_ms(self, argv):
        return median([self.scratch.run(argv).seconds for _ in range(STARTS)]) * 1000

    def starts(self):
        say("start-up")
        self.fresh("small.db")
        tools = sorted(t for t in os.listdir(self.build) if t.startswith("mtr-"))
        took = {t: self.start_ms(self.start_command(t)) for t in tools}
        slowest = max(took, key=took.get)
        what = f"start-up on a small database, slowest of {len(took)} tools"
        ours = f"{slowest} {took[slowest]:.1f} ms"
        theirs = f"`true` {self.start_ms(['true']):.1f} ms"
        met = report.at_most(took[slowest], 5)
        self.table.add("start", what, ours, theirs, goal="≤ 5 ms", met=met)
