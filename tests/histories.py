#!/usr/bin/env python3
"""histories.py DIR SEED - live through random histories, and hold the laws of balances.

The database has what tests/oracle/generate.py wrote into DIR. Time goes on in
steps: things are changed by hand, invoices become final, and then, at several
instants, drafts counting and not,

- what a segment was granted and given is what was used, trued up, has expired
  and remains, and nothing remains below zero unless more was taken by hand;
- the entries of a ledger stand in the order of time, and add up to what list
  shows; what list shows adds up to what net shows;
- what invoices show as applied is what ledgers show as deducted;
- no entry of a final invoice, and none by hand, ever changes.
"""
import json
import random
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction

STEPS = ["2024-01-20", "2024-02-02", "2024-02-20", "2024-03-05", "2024-04-02", "2024-06-01"]
REFUSED = 3
DERIVED = ("SEGMENT_START", "INITIAL_BALANCE", "EXPIRATION")


def tool(*command, given=None, may_refuse=False):
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode == REFUSED and may_refuse:
        return []
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def exact(record, key):
    return Fraction(record.get(key + "_exact", record[key]))


def kind(entry):
    for name in ("DEDUCTION", "TRUEUP", "MANUAL", *DERIVED):
        if entry["type"].endswith(name):
            return name
    sys.exit(f"entry of an unknown type: {entry}")


def want(holds, *what):
    if not holds:
        sys.exit("broken: " + " ".join(str(w) for w in what))


# ---- the laws ----


class Ledgers:
    """The entries of each segment, from one call for all balances."""

    def __init__(self, balances, at, options):
        ids = "".join(b["id"] + "\n" for b in balances)
        self.entries = tool("mtr-balance", "ledger", "-q", "--at=" + at, *options, "-", given=ids)
        self.of = defaultdict(list)
        for entry in self.entries:
            self.of[entry["segment_id"]].append(entry)

    def sum(self, segment, *kinds):
        found = (exact(e, "amount") for e in self.of[segment] if kind(e) in kinds)
        return sum(found, Fraction(0))

    def total(self, segment):
        return sum((exact(e, "amount") for e in self.of[segment]), Fraction(0))


def segment_law(segment, ledgers, at):
    """What is left of it, exactly: below zero where more was taken by hand."""
    id_, amount = segment["id"], exact(segment, "amount")
    entries, remaining = ledgers.of[id_], exact(segment, "remaining")
    if not entries:
        want(at < segment["starting_at"], "no entries", at, segment)
        want(remaining == amount, "remaining of a future segment", segment)
        return Fraction(0)
    want(ledgers.sum(id_, "SEGMENT_START", "INITIAL_BALANCE") == amount, "grant", segment, entries)
    adjusted = exact(segment, "adjusted") if "adjusted" in segment else Fraction(0)
    want(ledgers.sum(id_, "MANUAL") == adjusted, "adjusted", segment, entries)
    for name in ("DEDUCTION", "TRUEUP", "EXPIRATION"):
        want(ledgers.sum(id_, name) <= 0, name, "gives", segment, entries)
    left = ledgers.total(id_)
    want(remaining == max(left, 0), "remaining", remaining, left, at, segment, entries)
    by_hand = [exact(e, "amount") for e in entries if kind(e) == "MANUAL"]
    want(left >= 0 or min(by_hand, default=0) < 0, "below zero", segment, entries)
    times = [e["timestamp"] for e in entries]
    want(times == sorted(times), "order", entries)
    return left


def balance_law(balance, ledgers, at):
    there = Fraction(0)
    for segment in balance["access_schedule"]["schedule_items"]:
        left = segment_law(segment, ledgers, at)
        if segment["starting_at"] <= at < segment["ending_before"]:
            there += max(left, 0)
    want(exact(balance, "balance") == there, "balance", at, balance)


def running_law(balances, ledgers):
    owner = {
        s["id"]: b["id"] for b in balances for s in b["access_schedule"]["schedule_items"]
    }
    running = defaultdict(Fraction)
    for entry in ledgers.entries:
        running[owner[entry["segment_id"]]] += exact(entry, "amount")
        now = running[owner[entry["segment_id"]]]
        want(exact(entry, "running_balance") == now, "running balance", entry, now)


def net_law(balances, at, options):
    sums = defaultdict(Fraction)
    for b in balances:
        sums[b["customer_id"], b["currency"]] += exact(b, "balance")
    nets = tool("mtr-balance", "net", "-q", "--at=" + at, *options)
    got = {(n["customer_id"], n["currency"]): exact(n, "balance") for n in nets}
    want(got == sums, "net", at, got, dict(sums))


def hold(at):
    """The laws at an instant; the final entries."""
    for shown, told in (((), ("--drafts",)), (("--final",), ())):
        balances = tool("mtr-balance", "list", "-q", "--at=" + at, *shown)
        ledgers = Ledgers(balances, at, told)
        for balance in balances:
            balance_law(balance, ledgers, at)
        running_law(balances, ledgers)
        net_law(balances, at, shown)
    return balances, ledgers


def invoice_law(invoices, ledgers):
    applied = defaultdict(Fraction)
    for invoice in invoices:
        for line in invoice["line_items"]:
            if line["type"] == "applied_commit_or_credit":
                applied[invoice["id"], line["commit_segment_id"]] -= exact(line, "total")
            if "postpaid_commit" in line:
                applied[invoice["id"], line["commit_id"]] += exact(line, "total")
    taken = defaultdict(Fraction)
    for entry in ledgers.entries:
        if kind(entry) == "DEDUCTION":
            taken[entry["invoice_id"], entry["segment_id"]] -= exact(entry, "amount")
    trueups = {e["invoice_id"]: -exact(e, "amount") for e in ledgers.entries if kind(e) == "TRUEUP"}
    for key, amount in taken.items():
        want(applied.pop(key) == amount, "deduction", key, amount)
    for (invoice, _), amount in applied.items():
        want(trueups.get(invoice) == amount, "applied", invoice, amount)


# ---- the history ----


def adjust(rng, balance):
    segment = rng.choice(balance["access_schedule"]["schedule_items"])
    amount = Fraction(rng.randrange(-30, 31), rng.choice([1, 3]))
    record = {"id": balance["id"], "segment_id": segment["id"], "reason": "by hand"}
    record["amount"] = str(amount)
    given = json.dumps(record)
    tool("mtr-balance", "adjust", "-q", given=given, may_refuse=True)


def end(rng, balance):
    month, day = rng.randrange(1, 6), rng.randrange(1, 28)
    at = f"--access-ending-before=2024-{month:02d}-{day:02d}T{rng.randrange(24):02d}:00:00Z"
    tool("mtr-balance", "end", "-q", balance["id"], at, may_refuse=True)


def disable(_, balance):
    tool("mtr-balance", "disable-trueup", "-q", balance["id"], may_refuse=True)


def live(rng, now):
    """What happens up to now; the invoices that become final."""
    for balance in tool("mtr-balance", "list", "-q", "--final", "--at=" + now):
        if rng.random() < 0.2:
            rng.choice([adjust, adjust, adjust, end, disable])(rng, balance)
    return tool("mtr-invoice", "run", "-q", "--now=" + now)


def recorded(ledgers):
    return {e["id"]: json.dumps(e) for e in ledgers.entries if kind(e) not in DERIVED}


def settled(entry):
    """An entry without what depends on those before it."""
    return {k: v for k, v in json.loads(entry).items() if not k.startswith("running")}


def main():
    rng = random.Random(int(sys.argv[2]))
    invoices, before, segments = [], {}, 0
    for now in STEPS:
        invoices += live(rng, now)
        for at in (f"2024-0{rng.randrange(1, 6)}-{rng.randrange(10, 28)}", now):
            balances, ledgers = hold(at + "T00:00:00Z")
        after = recorded(ledgers)
        for id_, entry in before.items():
            want(id_ in after and settled(entry) == settled(after[id_]), "changed", entry)
        before = after
        segments += len(ledgers.of)
    invoice_law(invoices, ledgers)
    print(f"{len(invoices)} invoices, {len(before)} entries, {segments} segments")


main()
