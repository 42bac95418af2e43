"""peers.py - the same work done by SQLite, DuckDB and PostgreSQL.

Each peer gets what suits it: typed columns, one pass for all three metrics, a large
cache. Tables have a unique key on transaction_id, and repeats are ignored.
"""
import glob
import os
import pwd
import shutil
import signal
import time
from contextlib import contextmanager

import shop
from measure import Failed, median, say

MONTH = ("2026-03-01", "2026-04-01")

# The columns of the generator's CSV, as (name, SQLite, PostgreSQL, DuckDB).
COLUMN_TYPES = [
    ("transaction_id", "TEXT", "uuid", "UUID"),
    ("customer_id", "TEXT", "text", "VARCHAR"),
    ("event_type", "TEXT", "text", "VARCHAR"),
    ("ts", "TEXT", "timestamptz", "TIMESTAMP"),
    ("model", "TEXT", "text", "VARCHAR"),
    ("direction", "TEXT", "text", "VARCHAR"),
    ("region", "TEXT", "text", "VARCHAR"),
    ("tokens", "INTEGER", "bigint", "BIGINT"),
    ("latency_ms", "REAL", "numeric", "DECIMAL(18,1)"),
    ("cached", "TEXT", "boolean", "BOOLEAN"),
    ("endpoint", "TEXT", "text", "VARCHAR"),
    ("status", "INTEGER", "integer", "INTEGER"),
    ("bytes", "INTEGER", "bigint", "BIGINT"),
    ("bucket", "TEXT", "text", "VARCHAR"),
    ("gb", "REAL", "numeric", "DECIMAL(18,6)"),
    ("gpu", "TEXT", "text", "VARCHAR"),
    ("seconds", "REAL", "numeric", "DECIMAL(18,2)"),
    ("spot", "TEXT", "boolean", "BOOLEAN"),
]


def columns(which, key):
    """Column definitions; key is put behind the type of the first."""
    names = [f"{c[0]} {c[which]}" for c in COLUMN_TYPES]
    return ", ".join([f"{names[0]} {key}"] + names[1:])


def query(tokens="tokens", seconds="seconds", direction="direction"):
    """Three metrics by customer in one pass."""
    return f"""SELECT customer_id,
        sum(CASE WHEN event_type = 'tokens' AND {direction} = 'output' THEN {tokens} END),
        sum(CASE WHEN event_type = 'api_call' THEN 1 END),
        sum(CASE WHEN event_type = 'gpu_job' THEN {seconds} END)
        FROM events WHERE ts >= '{MONTH[0]}' AND ts < '{MONTH[1]}' GROUP BY customer_id"""


# ---- SQLite, through its shell ----

SQLITE_CACHE = "PRAGMA cache_size=-262144"  # 256 MiB
SQLITE_OPEN = f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {SQLITE_CACHE};"
SQLITE_LOOSE = f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {SQLITE_CACHE};"
SQLITE_KEY = "NOT NULL UNIQUE ON CONFLICT IGNORE"

JQ_ROW = (
    "[.transaction_id, .customer_id, .event_type, .timestamp, (.properties |"
    " .model, .direction, .region, .tokens, .latency_ms, .cached, .endpoint, .status, .bytes,"
    " .bucket, .gb, .gpu, .seconds, .spot)] | @csv"
)


class Sqlite:
    name = "SQLite"

    def __init__(self, scratch):
        self.scratch = scratch

    def shell(self, db, *commands, before=""):
        """One process; commands are SQL or commands of the shell."""
        script = "\n".join((".bail on", before, *commands, ""))
        return self.scratch.run(["sqlite3", self.scratch.file(db)], stdin=script.encode())

    def count(self, db):
        out = self.shell(db, "SELECT count(*) FROM events;").out
        with open(out, encoding="utf-8") as f:
            return int(f.read())

    def create(self, db):
        self.scratch.remove(db)
        self.shell(db, f"CREATE TABLE events({columns(1, SQLITE_KEY)});", before=SQLITE_OPEN)

    def load_csv(self, db, csv):
        """.import of the rows; the seconds."""
        self.create(db)
        load = f".import --csv --skip 1 {csv} events"
        return self.shell(db, load, before=SQLITE_OPEN).seconds

    def load_jq(self, db, ndjson):
        """What people do with NDJSON: jq writes rows, the shell's prepared insert takes them."""
        self.create(db)
        pipe = 'jq -r "$1" "$2" | sqlite3 -cmd "$3" "$4" ".import --csv /dev/stdin events"'
        file = self.scratch.file(db)
        argv = ["bash", "-o", "pipefail", "-c", pipe, "bash", JQ_ROW, ndjson, SQLITE_OPEN, file]
        return self.scratch.run(argv).seconds

    def load_documents(self, db, ndjson):
        """Not measured: the five fields as columns, the properties as JSON text."""
        self.scratch.remove(db)
        self.shell(
            db,
            "CREATE TABLE lines(line TEXT);",
            ".mode ascii",
            '.separator "\\037" "\\n"',
            f".import {ndjson} lines",
            f"CREATE TABLE events(transaction_id TEXT {SQLITE_KEY}, customer_id TEXT,"
            " event_type TEXT, ts TEXT, properties TEXT);",
            "INSERT INTO events SELECT line->>'transaction_id', line->>'customer_id',"
            " line->>'event_type', line->>'timestamp', line->'properties' FROM lines;",
            "DROP TABLE lines;",
            before=SQLITE_LOOSE,
        )

    def usage(self, db, sql, rounds):
        commands = (SQLITE_CACHE + ";", ".separator ,", sql + ";")
        runs = [self.shell(db, *commands) for _ in range(rounds)]
        return median([r.seconds for r in runs]), shop.read_rows(runs[-1].out, 100)

    # Its decimals are binary floats, so it adds whole hundredths of a second.
    def usage_columns(self, db, rounds):
        sql = query(seconds="CAST(round(seconds * 100) AS INTEGER)")
        return self.usage(db, sql, rounds)

    def usage_documents(self, db, rounds):
        sql = query(
            "CAST(json_extract(properties, '$.tokens') AS INTEGER)",
            "CAST(round(json_extract(properties, '$.seconds') * 100) AS INTEGER)",
            "json_extract(properties, '$.direction')",
        )
        return self.usage(db, sql, rounds)


# ---- DuckDB, through its C interface ----


class Duckdb:
    name = "DuckDB"

    def __init__(self, scratch, program):
        self.scratch = scratch
        self.program = program
        if not os.environ.get("DUCKDB_LIB"):
            raise Failed("DUCKDB_LIB does not name its shared library")
        self.version = scratch.text([program, scratch.file("duck.version")]).strip()
        scratch.remove("duck.version")

    def execute(self, db, *statements):
        """The run, and the seconds of each operand."""
        run = self.scratch.run([self.program, self.scratch.file(db), *statements])
        with open(run.out, encoding="utf-8") as f:
            return run, [float(line) for line in f]

    def load_csv(self, db, csv):
        self.scratch.remove(db)
        types = ", ".join(f"'{c[0]}': '{c[3]}'" for c in COLUMN_TYPES)
        self.execute(db, f"CREATE TABLE events({columns(3, 'PRIMARY KEY')})")
        run, _ = self.execute(
            db,
            f"INSERT INTO events SELECT * FROM read_csv('{csv}', header = true,"
            f" auto_detect = false, delim = ',', columns = {{{types}}}) ON CONFLICT DO NOTHING",
        )
        return run.seconds

    def count(self, db):
        rows = self.scratch.file("duck.rows")
        sql = "SELECT count(*) FROM events"
        self.execute(db, f"COPY ({sql}) TO '{rows}' (FORMAT csv, HEADER false)")
        with open(rows, encoding="utf-8") as f:
            return int(f.read())

    def usage(self, db, rounds):
        """The time of the query alone, without that of opening library and file."""
        rows = self.scratch.file("duck.rows")
        copy = f"COPY ({query()}) TO '{rows}' (FORMAT csv, HEADER false)"
        _, took = self.execute(db, *[copy] * rounds)
        return median(took), shop.read_rows(rows)


# ---- PostgreSQL, a server of its own ----

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "work_mem": "256MB",
    "max_wal_size": "8GB",
    "timezone": "UTC",
}
SOCKET_PATH_MAX = 100  # of the 108 bytes that an address holds


def postgres_programs():
    """The directory of initdb and postgres, newest first where there are several."""
    found = shutil.which("initdb")
    places = [os.path.dirname(os.path.realpath(found))] if found else []
    places += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    for place in places:
        if all(os.path.exists(os.path.join(place, p)) for p in ("initdb", "postgres", "psql")):
            return place
    raise Failed("not installed")


class Postgres:
    name = "PostgreSQL"

    def __init__(self, scratch):
        self.scratch = scratch
        self.programs = postgres_programs()
        self.home = scratch.file("postgres")
        self.user = None
        if os.getuid() == 0:
            names = [user.pw_name for user in pwd.getpwall()]
            self.user = "postgres" if "postgres" in names else "nobody"
        if len(self.home) > SOCKET_PATH_MAX:
            raise Failed(f"the path of its socket would be too long: {self.home}")
        os.mkdir(self.home, 0o700)
        if self.user:
            os.chmod(scratch.path, 0o711)
            shutil.chown(self.home, self.user)
        self.server = None
        self.version = scratch.text([self.program("postgres"), "--version"]).split()[2]

    def program(self, name):
        return os.path.join(self.programs, name)

    def start(self):
        data = ["-D", f"{self.home}/data"]
        how = ["-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale"]
        initdb = self.scratch.start([self.program("initdb"), *data, *how], "initdb.log", self.user)
        if initdb.wait() != 0:
            raise Failed("initdb failed")
        settings = {**POSTGRES_SETTINGS, "unix_socket_directories": self.home}
        options = [f"--{k}={v}" for k, v in settings.items()]
        argv = [self.program("postgres"), *data, *options]
        self.server = self.scratch.start(argv, "postgres.log", self.user)
        for _ in range(300):
            if self.answers():
                return
            time.sleep(0.1)
        raise Failed("the server does not answer")

    def answers(self):
        try:
            return self.sql("SELECT 1") == "1\n"
        except Failed:
            return False

    def psql(self, *statements):
        argv = [self.program("psql"), "-XAtq", "-F", ",", "-v", "ON_ERROR_STOP=1"]
        argv += ["-h", self.home, "-U", "bench", "-d", "postgres"]
        for s in statements:
            argv += ["-c", s]
        return self.scratch.run(argv, env={"HOME": self.home})

    def sql(self, *statements):
        with open(self.psql(*statements).out, encoding="utf-8") as f:
            return f.read()

    def stop(self):
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def load_csv(self, csv):
        self.sql(f"CREATE UNLOGGED TABLE staging({columns(2, '')})")
        self.sql(f"CREATE TABLE events({columns(2, 'PRIMARY KEY')})")
        os.chmod(csv, 0o644)
        return self.psql(
            f"COPY staging FROM '{csv}' (FORMAT csv, HEADER true)",
            "INSERT INTO events SELECT * FROM staging ON CONFLICT DO NOTHING",
        ).seconds

    def count(self):
        return int(self.sql("SELECT count(*) FROM events"))

    def usage(self, rounds):
        self.sql("DROP TABLE staging", "VACUUM ANALYZE events")
        runs = [self.psql(query()) for _ in range(rounds)]
        return median([r.seconds for r in runs]), shop.read_rows(runs[-1].out)


@contextmanager
def postgres(scratch):
    server = Postgres(scratch)
    try:
        say("PostgreSQL: starting a server")
        server.start()
        yield server
    finally:
        server.stop()
