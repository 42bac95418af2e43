#!/usr/bin/env python3
"""crash.py WHAT [DIR [STEP:CALL:HOW]] - crash the tools in the working directory, and look.

WHAT is a function of SCENARIOS below; each prints a line on what it has done. `prepare`
makes the steps that most of the others start from, in DIR. A step, the number of a call and
a fault (tests/fault/fault.h) repeat one case.

A check tries points at even distances; CRASH_SEED says where it begins, and what the events
are. SOAK=1 tries all.
"""
import os
import re
import resource
import shutil
import signal
import sys

import crash_others as others
import crash_tools as tools
from crash_steps import (
    BUSIEST,
    SOAK,
    STATES,
    Point,
    Step,
    batches_step,
    choose,
    comes_again,
    every,
    left_step,
    load_steps,
    long_log_step,
    points_of,
    recovers,
    save_steps,
    small_steps,
    sweep,
)
from crash_tools import DATABASE_FILES, KILLED, Failed, want


def prepare(directory):
    small = small_steps(directory)
    if tools.NO_FAULT:
        save_steps(directory, small)
        print(f"{len(small)} ingests")
        return
    left = left_step(directory)
    save_steps(directory, small + [left])
    most = sorted(small, key=Step.bytes_written)[-BUSIEST:]
    names = ", ".join(s.name for s in most)
    print(f"{sum(len(s.calls) for s in small)} calls in {len(small)} ingests; busiest: {names}")
    log = tools.size(left.before + "-wal")
    print(f"{len(left.calls)} calls in one that moves a log of {log} bytes")


SEEN_BY_STRACE = re.compile(
    r"\d+ +(write|pwrite|writev|pwritev|f?truncate|fallocate|unlink|rename|link"
    r"|copy_file_range|sendfile|splice|open|creat)(?:64|at2?|2)?\((.*)"
)


def sees_all(directory):
    """fault.so counts each call that strace sees changing a file, and in that order."""
    step = load_steps(directory)[30]
    tools.copy(step.before, "mtr.db")
    tools.remove("report")
    env = [f"-E{k}={v}" for k, v in tools.fault(0, "none", report="report").items()]
    tools.call("strace", "-f", "-o", "trace", *env, "mtr-ingest", step.file)
    counted = [c.name for c in tools.calls("report") if not c.name.endswith("sync")]
    seen = []
    with open("trace", encoding="utf-8") as f:
        for name, rest in SEEN_BY_STRACE.findall(f.read()):
            of_report = '"report"' in rest or re.match(r"[2-9]\d\d, ", rest)
            if not of_report and (not name.startswith("open") or "O_CREAT" in rest):
                seen.append(name)
    print(f"{len(seen)} calls")
    want(len(seen) > 10 and seen == counted, "seen by strace:", seen, counted)


# ---- kill -9, power cuts ----


def go_on(step, steps):
    """The ingests after it come to what they come to without a fault."""
    for other in steps[steps.index(step) + 1 :][:9]:
        tools.receipt_is(tools.ingest(other.file), other.counts)
        step = other
    tools.check()
    step.is_done()


def recovers_killed(point, i):
    result = point.strike()
    if result.status == point.step.status:
        return "not reached"
    want(result.status == KILLED, "not killed", result)
    return recovers(point, i, result)


def killed(directory):
    steps = load_steps(directory)

    def trial(point, i):
        outcome = recovers_killed(point, i)
        if i % 16 == 0 and point.step in steps[:-1]:
            go_on(point.step, steps[:-1])
        return outcome

    sweep(choose(steps, ("before", "torn", "after"), 220), trial, *STATES)


END = 10**6  # a call that no step comes to


def lose_power(point, i):
    result = point.strike()
    want(result.status in (KILLED, point.step.status), "not killed", result)
    return recovers(point, i, result)


def power(directory):
    """What was not synced is lost; of a shuffle some of it."""
    steps = load_steps(directory)
    ends = [Point(step, END, "power") for step in steps]
    points = choose(steps, ("power", "shuffle"), 100)
    if len(points) > 1:
        points += ends if SOAK else every(ends, 10)
    sweep(points, lose_power, *STATES)


# ---- that this would be noticed ----


def expect_findings(points, trial):
    found = {}
    points = every(points, 20)
    for point in points:
        try:
            trial(point, 1)
        except Failed as e:
            what = str(e).split("\n", maxsplit=1)[0]
            found[what] = found.get(what, 0) + 1
    print(f"{len(points)} points, found: {found}")
    want(any("acknowledged" in what for what in found), "lost events were not noticed")


def no_power_without_sync(directory):
    """A machine whose syncs do nothing: `power` must not pass on it."""
    steps = load_steps(directory)
    ends = [Point(step, END, "nosync") for step in steps]
    expect_findings(every(points_of(steps, ("nosync",)), 15) + every(ends, 5), lose_power)


def no_early_receipt(directory):
    """A tool that says too early what it has stored: `killed` must not pass with it."""
    step = load_steps(directory)[20]
    with open("mtr-ingest", "w", encoding="utf-8") as f:
        f.write(
            "#!/bin/sh\n"
            f"""echo '{{"type":"ack","accepted":{step.accepted(1)}}}'\n"""
            f"""exec {shutil.which("mtr-ingest")} "$@"\n"""
        )
    os.chmod("mtr-ingest", 0o755)
    os.environ["PATH"] = os.getcwd() + ":" + os.environ["PATH"]
    expect_findings(points_of([step], ("before",), only=lambda c: c.number > 1), recovers_killed)


# ---- failures ----

NAMED = re.compile(
    r"mtr-ingest: .*(disk I/O error|Input/output error|disk is full|No space left on device"
    r"|File too large).*\[(db_io|db_full)\]\n"
)
# SQLite's word where it can open a companion neither for writing nor for reading.
NOT_OPENED = re.compile(r"mtr-ingest: .*readonly database.*\[db_read_only\]\n")


def ends_well(point, result):
    """It told what happened and ended with 5, or nothing that matters happened to it."""
    if result.status == point.step.status:
        tools.receipt_is(result, point.step.counts)
        return "done all the same"
    want(result.status == 5, "wanted status 5", result)
    opens = point.what is None or point.what.name == "open"
    named = NAMED.search(result.err) or (opens and NOT_OPENED.search(result.err))
    want(named, "the message does not name what happened", result)
    return "status 5"


def failing(directory):
    def trial(point, i):
        result = point.strike()
        outcome = ends_well(point, result)
        if point.how == "short":
            want(outcome != "status 5", "a short write is no failure", result)
        return f"{outcome} and {recovers(point, i, result)}"

    hows = ("eio", "enospc", "eio-on", "enospc-on", "short")
    points = choose(load_steps(directory), hows, 130, DATABASE_FILES)
    sweep(points, trial, "done all the same and stored", "status 5 and not stored")


def limited(directory):
    """Files that may grow to so many bytes and no further."""
    steps = load_steps(directory)
    points = []
    for step in (steps[40], steps[-1]):
        largest = max(tools.size(step.before + end) for end in tools.COMPANIONS) + (1 << 19)
        sizes = list(range(0, largest, 1 if SOAK else 7919))
        points += [Point(step, n, "limit") for n in every(sizes, 400 if SOAK else 16)]

    def trial(point, i):
        tools.copy(point.step.before, "mtr.db")
        result = tools.ingest(
            point.step.file,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (point.at, point.at)),
        )
        return f"{ends_well(point, result)} and {recovers(point, i, result)}"

    sweep(points, trial, "done all the same and stored", "status 5 and not stored")


def full_disk(directory):
    """In a file system of little room, which is the working directory."""
    steps = load_steps(directory)
    points = []
    for step in (steps[40], steps[-1]):
        points += [
            Point(step, room, "room")
            for room in range(0, 3 << 18, (1 if SOAK else 12) * resource.getpagesize())
        ]

    def trial(point, i):
        tools.copy(point.step.before, "mtr.db")
        if i % 2 == 0:
            os.unlink("mtr.db-shm")
        with open("ballast", "wb") as f:
            os.posix_fallocate(f.fileno(), 0, free_room() - point.at)
        result = tools.ingest(point.step.file)
        os.unlink("ballast")
        return f"{ends_well(point, result)} and {recovers(point, i, result)}"

    sweep(points, trial, "done all the same and stored", "status 5 and not stored")


def free_room():
    room = os.statvfs(".")
    return room.f_bavail * room.f_frsize


# ---- a write that never was ----


def lost(directory):
    """
    A write that is said to be done and is not: harmless, or reported, never a wrong count.
    Only a log that lacks a part may be taken for one that ends before it, batch and all.
    """

    def trial(point, i):
        result = point.strike()
        checked = tools.call("mtr-db", "check")
        if checked.status != 0:
            want(checked.status in (1, 5), "check did not end well", checked)
            return "reported"
        if point.what.path.endswith("-wal") and point.step.state() == 0:
            comes_again(point.step, 0, i)
            return "as if never sent"
        recovers(point, i, result)
        return "harmless"

    steps = load_steps(directory)
    points = choose(steps, ("lost",), 60, "mtr.db,-wal", only=lambda c: c.name != "open")
    sweep(points, trial, "reported", "harmless")


# ---- standard output ----


def no_output(directory):
    """A receipt that is not taken goes to standard error; what it says is stored."""

    def trial(point, i):
        with open("receipt", "w", encoding="utf-8") as f:
            result = point.strike(stdout=f)
        want(result.status == 5, "wanted status 5", result)
        want("cannot write output: " in result.err, "it is not named", result)
        rescued = "".join(text + "\n" for text in result.err.split("\n") if text[:1] == "{")
        heard = tools.Result(result.argv, result.status, rescued.encode(), b"")
        want('"type":"receipt"' in rescued, "no receipt", result)
        want(tools.acknowledged(heard) == point.step.accepted(1), "a wrong one", result)
        return recovers(point, i, heard)

    steps = load_steps(directory)
    points = [Point(s, 1, how, "/receipt") for s in steps for how in ("eio", "enospc", "eio-on")]
    sweep(points if SOAK else every(points, 9), trial, "stored")


# ---- larger ones ----


def batches(_):
    """An ingest of several batches is stored up to the end of one of them."""
    step = batches_step(".")

    def trial(point, i):
        result = point.strike()
        want(result.status in (KILLED, step.status), "not killed", result)
        return recovers(point, i, result)

    points = points_of([step], ("before", "torn", "power"))
    sweep(every(points, 200 if SOAK else 4), trial)


def long_log(_):
    """The log is moved between batches too, when it is long."""
    step = long_log_step(".")

    def trial(point, i):
        result = point.strike()
        want(result.status == KILLED, "not killed", result)
        return recovers(point, i, result)

    first = next(c.number for c in step.calls if c.path.endswith("/mtr.db"))
    acknowledges = next(c.number for c in step.calls if c.name == "write")
    want(first < acknowledges, "the log was moved at the end only")
    points = points_of([step], ("before", "torn", "power"), only=lambda c: c.number >= first - 1)
    sweep(every(points, 100 if SOAK else 3), trial, "stored")


SCENARIOS = {
    f.__name__: f
    for f in (
        prepare,
        sees_all,
        killed,
        power,
        no_early_receipt,
        no_power_without_sync,
        failing,
        limited,
        full_disk,
        lost,
        no_output,
        others.signalled,
        others.interrupted,
        others.waiting,
        others.while_read,
        others.at_once,
        others.killed_at_once,
        batches,
        long_log,
    )
}


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # a shell's background job ignores the first
    try:
        SCENARIOS[sys.argv[1]](*sys.argv[2:3])
    except Failed as e:
        print(e)
        sys.exit(1)


if __name__ == "__main__":
    main()
