"""report.py - the table of goals, and on what it was measured."""
import os
import platform
import re
import subprocess
import time

COLUMNS = ("what", "ours", "peer", "ratio", "goal", "met")
SECTIONS = ("parse", "ingest", "growth", "memory", "size", "again", "usage", "invoices", "start")


def rate(n, seconds, unit="events"):
    per_second = n / seconds
    if per_second >= 1e6:
        return f"{per_second / 1e6:.2f} M {unit}/s"
    if per_second >= 1e4:
        return f"{per_second / 1e3:.0f} k {unit}/s"
    return f"{per_second:.0f} {unit}/s"


def seconds(s):
    return f"{s:.2f} s" if s >= 1 else f"{s * 1000:.3g} ms"


def megabytes(n):
    return f"{n / 1e6:.0f} MB"


def times(ratio):
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def verdict(worse_by):
    """worse_by: how much worse than the goal, as a part of it; 0 or less is met."""
    if worse_by <= 0:
        return "met"
    return f"missed by {worse_by * 100:.0f} %" if worse_by >= 0.01 else "missed by under 1 %"


def at_least(value, goal):
    return verdict(1 - value / goal)


def at_most(value, goal):
    return verdict(value / goal - 1)


class Table:
    """Rows come in any order, and stand in that of their sections."""

    def __init__(self):
        self.rows = []

    def add(self, section, what, ours, peer="", ratio="", goal="", met=""):
        self.rows.append((SECTIONS.index(section), (what, ours, peer, ratio, goal, met)))

    def ratio(self, section, what, ours, peer, ratio, goal=None):
        """A row whose measure is how many times better; goal is the least one wanted."""
        if goal is None:
            self.add(section, what, ours, peer, times(ratio))
        else:
            met = at_least(ratio, goal)
            self.add(section, what, ours, peer, times(ratio), f"≥ {goal:g} ×", met)

    def markdown(self):
        lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
        for _, row in sorted(self.rows, key=lambda r: r[0]):
            lines.append("| " + " | ".join(c.replace("|", "\\|") or "–" for c in row) + " |")
        return "\n".join(lines)


def first_line(path, pattern, otherwise="unknown"):
    try:
        with open(path, encoding="utf-8") as f:
            found = re.search(pattern, f.read(), re.MULTILINE)
    except OSError:
        return otherwise
    return found.group(1).strip() if found else otherwise


def output(*argv):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def machine(scratch_path):
    cpu = first_line("/proc/cpuinfo", r"^model name\s*:\s*(.*)$", platform.machine())
    memory = first_line("/proc/meminfo", r"^MemTotal:\s*(\d+)", "0")
    file_system = output("findmnt", "-n", "-o", "FSTYPE", "-T", scratch_path)
    sqlite = output("sqlite3", "--version").split(" ")[0]
    return [
        ("processor", f"{cpu}, {len(os.sched_getaffinity(0))} cores"),
        ("memory", f"{int(memory) / 2**20:.1f} GiB"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("file system", file_system),
        ("SQLite", sqlite),
    ]


def now_utc():
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def put_into(path, heading, text):
    """Replace what stands behind the heading, which is the last of the file."""
    with open(path, encoding="utf-8") as f:
        before, found, _ = f.read().partition(f"\n{heading}\n")
    if not found:
        raise ValueError(f"{path}: no heading {heading}")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"{before}\n{heading}\n\n{text}\n")
