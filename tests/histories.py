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
- no entry of a final invoice, and none by hand, ever changes;
- rollforwards over cuts at random instants follow from the entries of the ledgers, the
  closing of one is the opening of the next, and their parts are those of the whole; what
  was paid is what was granted times the cost basis; totals are the sums of the rows.
"""
import json
import random
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction

STEPS = ["2024-01-20", "2024-02-02", "2024-02-20", "2024-03-05", "2024-04-02", "2024-06-01"]
REFUSED = 3
DERIVED = ("SEGMENT_START", "INITIAL_BALANCE", "ROLLOVER", "EXPIRATION")


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
    for name in ("DEDUCTION", "TRUEUP", "ROLLOVER", "EXPIRATION"):
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


def rollover_law(balances, ledgers, at):
    """What went on from a contract is what came to the next one."""
    gone, came = defaultdict(Fraction), defaultdict(Fraction)
    for b in balances:
        for segment in b["access_schedule"]["schedule_items"]:
            for entry in ledgers.of[segment["id"]]:
                if kind(entry) == "ROLLOVER":
                    gone[b["id"], entry["new_contract_id"]] -= exact(entry, "amount")
                elif kind(entry) in DERIVED[:2] and "rolled_over_from" in b:
                    origin = b["rolled_over_from"]
                    old = origin.get("commit_id", origin.get("credit_id"))
                    came[old, b["contract_id"]] += exact(entry, "amount")
    came = {key: amount for key, amount in came.items() if amount}
    want(came == gone, "rolled over", at, came, dict(gone))


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
        rollover_law(balances, ledgers, at)
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


# ---- rollforward ----

COLUMNS = ["granted", "rolled_in", "adjusted", "used", "trued_up", "rolled_out", "expired"]
COLUMN_OF = {
    "SEGMENT_START": "granted",
    "INITIAL_BALANCE": "granted",
    "MANUAL": "adjusted",
    "DEDUCTION": "used",
    "TRUEUP": "trued_up",
    "ROLLOVER": "rolled_out",
    "EXPIRATION": "expired",
}
GIVEN = ("granted", "adjusted")


def held_from(entry, segment):
    """(instant, 0: up to it, 1: from it on) from which the entry counts."""
    at, column = entry["timestamp"], COLUMN_OF[kind(entry)]
    if column != "trued_up":
        at = min(at, segment["ending_before"])
    late = column in GIVEN and at < segment["ending_before"] or column == "rolled_out"
    return at, int(late or at <= segment["starting_at"])


def roll(balances, ledgers, cuts):
    """The rows from the first cut to the last, from the entries: {id: {column: amount}}."""
    rows = {}
    for balance in balances:
        row = dict.fromkeys(["opening", *COLUMNS], Fraction(0))
        there = False
        for segment in balance["access_schedule"]["schedule_items"]:
            for entry in ledgers.of[segment["id"]]:
                since, late = held_from(entry, segment)
                if (since, late) >= (cuts[-1], 1):
                    continue
                before = (since, late) < (cuts[0], 1)
                column = COLUMN_OF[kind(entry)]
                if column == "granted" and "rolled_over_from" in balance:
                    column = "rolled_in"
                row["opening" if before else column] += exact(entry, "amount")
                there = there or not before
        if there or row["opening"]:
            rows[balance["id"]] = row
    return rows


def deferred_law(row, balance):
    """None of a promise, and of what was paid for nothing."""
    segments = balance["access_schedule"]["schedule_items"]
    rolled = "rolled_over_from" in balance and "deferred" in row
    if row["type"] == "POSTPAID" or not rolled and not any(exact(s, "amount") for s in segments):
        want("deferred" not in row or exact(row, "cost_basis") == 0, "deferred", row)
        return
    each, paid = exact(row, "cost_basis"), row["deferred"]
    wanted = {
        "opening": exact(row, "opening"),
        "added": exact(row, "granted") + exact(row, "adjusted"),
        "rolled": exact(row, "rolled_in") + exact(row, "rolled_out"),
        "used": exact(row, "used"),
        "expired": exact(row, "expired"),
        "closing": exact(row, "closing"),
    }
    for key, amount in wanted.items():
        want(exact(paid, key) == amount * each, "deferred", key, row)


def read_roll(cuts, options=()):
    ends = [f"--from={cuts[0]}", f"--to={cuts[-1]}"]
    rows = tool("mtr-balance", "rollforward", "-q", *ends, *options)
    for row in rows:
        moved = sum((exact(row, c) for c in COLUMNS), Fraction(0))
        want(exact(row, "opening") + moved == exact(row, "closing"), "closing", row)
    return rows


def invoices_law(row, ledgers, balance, cuts):
    """Those behind a row are those of its entries."""
    behind = defaultdict(Fraction)
    for segment in balance["access_schedule"]["schedule_items"]:
        for entry in ledgers.of[segment["id"]]:
            if "invoice_id" in entry and (cuts[0], 1) <= held_from(entry, segment) < (cuts[-1], 1):
                behind[entry["invoice_id"]] += exact(entry, "amount")
    got = {i["id"]: exact(i, "amount") for i in row["invoices"]}
    want(got == behind, "invoices", row, dict(behind))


def totals_law(rows, cuts, options):
    sums, counts = defaultdict(Fraction), defaultdict(int)
    for row in rows:
        unit = row["type"], row["currency"]
        counts[unit] += 1
        for column in ["opening", *COLUMNS, "closing"]:
            sums[(*unit, column)] += exact(row, column)
        if "deferred" in row:
            paid = row["deferred"]
            for column in ("opening", "closing"):
                sums[row["type"], paid["currency"], "paid " + column] += exact(paid, column)
    for total in read_roll(cuts, ["--totals", *options]):
        unit = total["type"], total["currency"]
        want(counts.pop(unit, 0) == total["balances"], "balances", total)
        for column in ["opening", *COLUMNS, "closing"]:
            want(exact(total, column) == sums[(*unit, column)], "total", column, total)
        if "deferred" in total:
            for column in ("opening", "closing"):
                got = exact(total["deferred"], column)
                want(got == sums[(*unit, "paid " + column)], "deferred total", total)
    want(not counts, "totals left out", dict(counts))


def rollforward_law(rng, balances, ledgers, at, options):
    """Of instants up to at, on the hour or not; the entries are those at at."""
    by_id = {b["id"]: b for b in balances}
    days = rng.sample(range(0, 150), 3)
    cuts = [f"2024-{d // 30 + 1:02d}-{d % 28 + 1:02d}T00:00:00Z" for d in days]
    cuts += [rng.choice(ledgers.entries)["timestamp"] for _ in range(2) if ledgers.entries]
    cuts = sorted({c for c in cuts if c < at} | {"2023-01-01T00:00:00Z", at})
    closing = {}
    for pair in [*zip(cuts, cuts[1:]), (cuts[0], cuts[-1])]:
        rows = read_roll(pair, options)
        wanted = roll(balances, ledgers, pair)
        got = {r["id"]: {c: exact(r, c) for c in ["opening", *COLUMNS]} for r in rows}
        want(got == wanted, "rollforward", pair, options, got, wanted)
        for row in rows:
            if pair[0] > cuts[0]:
                want(exact(row, "opening") == closing.pop(row["id"], 0), "opening", row)
            deferred_law(row, by_id[row["id"]])
            invoices_law(row, ledgers, by_id[row["id"]], pair)
        want(pair[0] == cuts[0] or not any(closing.values()), "lost between", pair, closing)
        closing = {r["id"]: exact(r, "closing") for r in rows}
    totals_law(rows, pair, options)


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


def instant(rng, first=1):
    month, day = rng.randrange(first, 7), rng.randrange(1, 28)
    return f"2024-{month:02d}-{day:02d}T{rng.randrange(24):02d}:00:00Z"


def set_end(rng, contract, _):
    ends = [f"--ending-before={instant(rng)}", "--open"]
    tool("mtr-contract", "set-end", "-q", contract["id"], rng.choice(ends), may_refuse=True)


def change_commits(rng, contract, body, key, subject):
    """Amounts, ends, fractions, a segment more."""
    updates = []
    for commit in contract.get(key, []):
        if rng.random() < 0.5 or "archived_at" in commit:
            continue
        update = {subject: commit["id"], "rollover_fraction": f"{rng.randrange(0, 4)}/3"}
        segment = rng.choice(commit["access_schedule"]["schedule_items"])
        what = rng.random()
        if commit["type"] == "POSTPAID" or what < 0.2:
            pass
        elif what < 0.5:
            item = {"id": segment["id"], "amount": rng.randrange(0, 200)}
            update["access_schedule"] = {"update_schedule_items": [item]}
        elif what < 0.7:
            item = {"id": segment["id"], "ending_before": instant(rng)}
            update["access_schedule"] = {"update_schedule_items": [item]}
        else:
            start, end = sorted([instant(rng), instant(rng)])
            item = {"amount": rng.randrange(0, 50), "starting_at": start, "ending_before": end}
            update["access_schedule"] = {"add_schedule_items": [item]}
        updates.append(update)
    if updates:
        body["update_" + key] = updates


def change(rng, contract, now):
    """Commits and credits of a contract, and those that recur, from now on."""
    body = {"contract_id": contract["id"], "customer_id": contract["customer_id"]}
    change_commits(rng, contract, body, "commits", "commit_id")
    change_commits(rng, contract, body, "credits", "credit_id")
    for key in ("recurring_commits", "recurring_credits"):
        changes = [
            {key[:-1] + "_id": r["id"], "access_amount": {"unit_price": rng.randrange(1, 50)}}
            for r in contract.get(key, [])
            if rng.random() < 0.5
        ]
        if changes:
            body["update_" + key] = changes
    if len(body) > 2:
        tool("mtr-contract", "edit", "-q", "--now=" + now, given=json.dumps(body), may_refuse=True)


def renew(rng, contract, now):
    change(rng, contract, now)
    keys = ("customer_id", "rate_card_id", "usage_statement_schedule")
    body = {key: contract[key] for key in keys if key in contract}
    body["usage_statement_schedule"] = {
        k: v for k, v in body["usage_statement_schedule"].items() if k != "grace_hours"
    } | {"grace_hours": rng.choice([0, 24, 400])}
    trueup = rng.choice(["AS_IS", "REMOVE"])
    body["starting_at"] = instant(rng, min(int(now[5:7]), 6))
    body["transition"] = {
        "from_contract_id": contract["id"],
        "type": "RENEWAL",
        "future_invoice_behavior": {"trueup": trueup},
    }
    tool("mtr-contract", "create", "-q", given=json.dumps(body), may_refuse=True)


def live(rng, now):
    """What happens up to now; the invoices that become final."""
    for contract in tool("mtr-contract", "list", "-q"):
        if rng.random() < 0.25:
            rng.choice([set_end, change, renew, renew])(rng, contract, now)
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
        at = now + "T00:00:00Z"
        for options, told in (((), ()), (("--drafts",), ("--drafts",))):
            told = Ledgers(balances, at, told)
            rollforward_law(rng, balances, told, at, (*options, "--now=" + at))
        after = recorded(ledgers)
        there = {s["id"] for b in balances for s in b["access_schedule"]["schedule_items"]}
        for id_, entry in before.items():
            if kind(json.loads(entry)) == "MANUAL" and json.loads(entry)["segment_id"] not in there:
                continue  # an end took the child away with what was given to it
            want(id_ in after and settled(entry) == settled(after[id_]), "changed", entry)
        before = after
        segments += len(ledgers.of)
    invoice_law(invoices, ledgers)
    print(f"{len(invoices)} invoices, {len(before)} entries, {segments} segments")


main()
