"""measure.py - programs run and watched, files weighed, results held against what is right."""
import json
import os
import pwd
import signal
import statistics
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction


class Failed(Exception):
    """A program that did not do what it was started for."""


class Run:
    """What one program took: seconds by the clock, peak bytes of memory, and its output."""

    def __init__(self, seconds, memory, out):
        self.seconds = seconds
        self.memory = memory
        self.out = out


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


class Scratch:
    """The directory of everything that is made here, and how programs are run in it."""

    def __init__(self, path, env, watch):
        self.path = path
        self.env = env
        self.watch = watch

    def file(self, name):
        return os.path.join(self.path, name)

    def remove(self, *names):
        for name in names:
            for tail in ("", "-wal", "-shm", "-lock"):
                try:
                    os.remove(self.file(name) + tail)
                except FileNotFoundError:
                    pass

    def database_files(self, name):
        tails = [t for t in ("", "-wal") if os.path.exists(self.file(name) + t)]
        return [self.file(name) + t for t in tails]

    def run(self, argv, stdin=None, env=None, statuses=(0,)):
        """Run argv to its end. stdin is a file's name, or bytes. out is a file, reused by the
        next run. A status that is not among statuses fails, with the first messages."""
        out, err, report = self.file("out"), self.file("err"), self.file("report")
        if isinstance(stdin, bytes):
            with open(self.file("in"), "wb") as f:
                f.write(stdin)
            stdin = self.file("in")
        with open(stdin or os.devnull, "rb") as i, open(out, "wb") as o, open(err, "wb") as e:
            options = {"env": {**self.env, **(env or {})}, "cwd": self.path}
            options.update(stdin=i, stdout=o, stderr=e, start_new_session=True)
            self.wait(subprocess.Popen([self.watch, report, *argv], **options), argv)
        with open(report, encoding="utf-8") as f:
            seconds, memory, status = f.read().split()
        if int(status) not in statuses:
            raise Failed(f"{' '.join(argv)[:200]}: status {status}: {self.messages()}")
        return Run(float(seconds), int(memory) * 1024, out)

    def wait(self, child, argv):
        """Leave nothing running when this program is interrupted: the child leads a group."""
        try:
            status = child.wait()
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise
        if status != 0:
            raise Failed(f"{' '.join(argv)[:200]}: {self.messages()}")

    def messages(self):
        with open(self.file("err"), "rb") as f:
            return " ".join(f.read(600).decode("utf-8", "replace").split())

    def text(self, argv, **kwargs):
        with open(self.run(argv, **kwargs).out, encoding="utf-8") as f:
            return f.read()

    def record(self, argv, **kwargs):
        """The run, and the one JSON object that it wrote."""
        run = self.run(argv, **kwargs)
        return run, read_json(run.out, " ".join(argv)[:200])

    def start(self, argv, log, user=None):
        """A program that goes on running, perhaps as another user, its messages in a file."""
        options = {"cwd": self.path, "env": self.env, "start_new_session": True}
        if user is not None:
            group = pwd.getpwnam(user).pw_gid
            options.update(user=user, group=group, extra_groups=[])
        with open(self.file(log), "wb") as f:
            return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=f, stderr=f, **options)


class Checks:
    """What was compared, and what was not equal."""

    def __init__(self):
        self.compared = 0
        self.wrong = []

    def equal(self, what, got, wanted):
        self.compared += 1
        if got != wanted:
            self.fail(f"{what}: got {got}, wanted {wanted}")

    def fail(self, text):
        self.wrong.append(text)
        say(f"WRONG: {text}")

    def equal_tables(self, what, got, wanted):
        """Two dictionaries; the first few keys that differ are named."""
        keys = sorted(got.keys() | wanted.keys())
        wrong = [k for k in keys if got.get(k) != wanted.get(k)]
        self.compared += len(keys)
        if wrong:
            shown = [f"{k}: got {texts(got, k)}, wanted {texts(wanted, k)}" for k in wrong[:3]]
            self.fail(f"{what}: {len(wrong)} of {len(keys)} differ: {'; '.join(shown)}")


def read_json(path, what):
    with open(path, encoding="utf-8") as f:
        try:
            return json.load(f)
        except ValueError as e:
            raise Failed(f"{what}: wrote no JSON: {e}") from e


def texts(table, key):
    return " ".join(plain(v) for v in table[key]) if key in table else "nothing"


def plain(value):
    """A fraction as a decimal, for people."""
    value = Fraction(value)
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")
