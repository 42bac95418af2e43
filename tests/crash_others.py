"""The part of tests/crash.py in which others matter: signals, readers, other writers."""

import json
import os
import random
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE

import crash_tools as tools
from crash_steps import (
    SEED,
    SOAK,
    STATES,
    choose,
    comes_again,
    load_steps,
    parts,
    points_of,
    recovers,
    sweep,
)
from crash_tools import Failed, Source, Store, want

# ---- signals ----

SOON = 20  # seconds
SIGNALS = {"int": signal.SIGINT, "term": signal.SIGTERM, "int-on": signal.SIGINT}


def signalled(directory):
    """The batch in hand is finished, or dropped whole; the receipt agrees with what is stored."""

    def trial(point, i):
        result = point.strike()
        number = SIGNALS[point.how]
        if result.status == -number:
            want(point.how == "int-on", "the first signal kills", result)
            return "killed by the second, " + recovers(point, i, result)
        want(result.status == 128 + number, f"wanted status {128 + number}", result)
        outcome = recovers(point, i, result)
        accepted = point.step.accepted(STATES.index(outcome))
        want(len(result.lines) > 0, "no receipt", result)
        want(tools.acknowledged(result) == accepted, f"{accepted} events were stored", result)
        return outcome

    points = choose(load_steps(directory), tuple(SIGNALS), 48)
    sweep(points, trial, *STATES)


def end_of(p, number):
    """What it still says; it must end soon after the signal."""
    try:
        return p.communicate(timeout=SOON)
    except subprocess.TimeoutExpired as e:
        p.kill()
        raise Failed(f"no end within {SOON} s after {number.name}") from e


def interrupt(parts, number, rng):
    """Feed the first part, wait until it is read, perhaps feed the other, send the signal."""
    with subprocess.Popen(tools.INGEST, stdin=PIPE, stdout=PIPE, stderr=PIPE) as p:
        p.stdin.write(parts[0])
        p.stdin.flush()
        end = time.monotonic() + tools.TIMEOUT
        while tools.waiting(p.stdin) > 0 and p.poll() is None and time.monotonic() < end:
            time.sleep(0.0005)
        if rng.random() < 0.5:
            p.stdin.write(parts[1])
            p.stdin.flush()
        time.sleep(rng.choice((0, 0.001, 0.003)))
        p.send_signal(number)
        stdin, p.stdin = p.stdin, None  # which stays open, so that it is not the end of input
        out, err = end_of(p, number)
        stdin.close()
        return tools.Result(tools.INGEST, p.returncode, out, err)


def interrupted(directory):
    """While it waits for input: stored is what the receipt says, the first so many lines."""
    step = load_steps(directory)[10]
    rng = random.Random(SEED)
    outcomes = {signal.SIGINT: 0, signal.SIGTERM: 0}
    for i in range(500 if SOAK else 24):
        events = Source(SEED + i + 2).file(300, [])
        for event in events:
            event["transaction_id"] += "/interrupted"
        number = rng.choice(list(outcomes))
        tools.copy(step.before, "mtr.db")
        before = tools.count()
        cut = rng.randrange(1, len(events))
        parts = ["".join(map(tools.line, part)).encode() for part in (events[:cut], events)]
        result = interrupt(parts, number, rng)
        want(result.status == 128 + number, f"round {i}: wanted {128 + number}", result)
        want(len(result.lines) > 0, f"round {i}: no receipt", result)
        store = Store()
        read = result.lines[-1]["read"]
        counts = store.take((events[:cut] + events)[:read])
        got = {k: result.lines[-1][k] for k in counts}
        want(got == counts, f"round {i}: of the first {read} records wanted {counts}", result)
        tools.check()
        there = tools.count() - before
        want(there == counts["accepted"], f"round {i}: {there} events are stored", result)
        outcomes[number] += there > 0
    print(f"{i + 1} rounds, seed {SEED}; stored some:", {k.name: v for k, v in outcomes.items()})
    want(all(outcomes.values()), "never stored any")


def waiting(directory):
    """While it waits for another writer: it ends, and the batch in hand is dropped whole."""
    step = load_steps(directory)[10]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        tools.copy(step.before, "mtr.db")
        tools.remove("report")
        env = {**os.environ, **tools.fault(0, "none", "-lock", "report")}
        argv = (*tools.INGEST, step.file)
        with tools.held("mtr.db-lock"):
            with subprocess.Popen(argv, stdout=PIPE, stderr=PIPE, env=env) as p:
                end = time.monotonic() + tools.TIMEOUT
                while tools.lines_in("report") < 3 and time.monotonic() < end:
                    time.sleep(0.001)
                p.send_signal(number)
                out, err = end_of(p, number)
        result = tools.Result(argv, p.returncode, out, err)
        want(result.status == 128 + number, f"wanted status {128 + number}", result)
        want(tools.acknowledged(result) == 0, "it says that it stored something", result)
        want(result.err.endswith("[db_busy]\n"), "the reason is not told", result)
        want(step.state() == 0, "something is stored")
        comes_again(step, 0, 0)
    print("3 signals")


# ---- while others read and write ----


def while_read(directory):
    """A reader that began before sees what was there then, whatever happens to the writer."""
    steps = [s for s in load_steps(directory) if len(s.exported[0]) > 200000]

    def trial(point, i):
        tools.copy(point.step.before, "mtr.db")
        argv = ("mtr-event", "export")
        with subprocess.Popen(argv, bufsize=0, stdout=PIPE, stderr=PIPE) as reader:
            begun = reader.stdout.read(1)
            result = tools.ingest(point.step.file, env=tools.fault(point.at, point.how))
            outcome = recovers(point, i, result)
            rest, message = reader.communicate(timeout=tools.TIMEOUT)
        want(reader.returncode == 0 and message == b"", "the reader failed", message)
        want(begun + rest == point.step.exported[0], "the reader saw something else")
        return outcome

    hows = ("before", "torn", "eio")
    sweep(points_of(steps, hows) if SOAK else parts(steps, hows, 24), trial, *STATES)


WORKERS = 16
ROUNDS = 4


def shares(source, events):
    """For each worker its files: four tenths of the events, in an order of its own."""
    for worker in range(WORKERS):
        share = source.random.sample(events, len(events) * 4 // 10)
        for i in range(ROUNDS):
            name = f"share{worker}.{i}"
            with open(name, "w", encoding="utf-8") as f:
                f.writelines(tools.line(event) for event in share[i::ROUNDS])
    return [[f"share{worker}.{i}" for i in range(ROUNDS)] for worker in range(WORKERS)]


def read_on(ended, seen):
    """Counts, again and again; they never fail and never go down."""
    last = 0
    while not ended.is_set():
        now = tools.count()
        want(now >= last, f"counted {last} events, then {now}")
        last = now
        seen.append(now)


def write_on(files, kill_at):
    """Each file once more until nothing kills the command; the accepted ones."""
    accepted = 0
    for name in files:
        if kill_at and name.endswith(".1"):
            tools.ingest(name, env=tools.fault(kill_at, "before"))
        result = tools.ingest(name)
        want(result.status == 0 and result.err == "", "an ingest among others failed", result)
        accepted += result.lines[-1]["accepted"]
    return accepted


def at_once(_, deadly=False):
    """Sixteen ingests with overlapping events, and readers."""
    source = Source(SEED + 3)
    events = [source.event() for _ in range(6000)]
    files = shares(source, events)
    store = Store()
    for name in sum(files, []):
        with open(name, encoding="utf-8") as f:
            store.take(map(json.loads, f))
    tools.create()
    ended, seen = threading.Event(), []
    kills = [7 + 3 * w if deadly and w % 2 else 0 for w in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS + 2) as pool:
        readers = [pool.submit(read_on, ended, seen) for _ in range(2)]
        writers = [pool.submit(write_on, *args) for args in zip(files, kills)]
        try:
            accepted = sum(writer.result() for writer in writers)
        finally:
            ended.set()
        for reader in readers:
            reader.result()
    known = len(store.events)
    print(f"{accepted} of {known} events acknowledged by {WORKERS} at once, {len(seen)} counts")
    want(accepted <= known if deadly else accepted == known, "the receipts do not add up")
    want(len(set(seen)) > 2, "nobody read in between")
    tools.check()
    tools.sqlite_check()
    tools.counts_are(store)
    tools.export_is(store, tools.export())


def killed_at_once(_):
    """As many, and half of them are killed once and come again."""
    at_once(_, deadly=True)
