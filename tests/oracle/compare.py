#!/usr/bin/env python3
"""compare.py DIR NOW - hold what the tools made of DIR against the oracle.

DIR has the files of generate.py, and invoices.got and balances.got, the output
of the tools. Each case that differs is printed whole: what was given, what the
oracle wants, what came. The status is 1 when one does.
"""
import json
import sys
from collections import defaultdict
from fractions import Fraction

import oracle
from figures import instant

HEAD = ("type", "start_timestamp", "end_timestamp", "issued_at", "subtotal", "total", "amount_due")
LINE = (
    "name",
    "type",
    "product_id",
    "product_type",
    "product_tags",
    "quantity",
    "unit_price",
    "total",
    "starting_at",
    "ending_before",
    "tier",
    "pricing_group_values",
    "presentation_group_values",
    "scheduled_charge_id",
    "commit_id",
    "commit_segment_id",
)
NUMBERS = ("subtotal", "total", "amount_due", "quantity", "unit_price", "size", "amount")


def rows(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def exact(record, keys):
    """The members of keys that are there; decimals as exact fractions."""
    out = {}
    for key in keys:
        if record.get(key) not in (None, {}, []):
            value = record.get(key + "_exact", record[key])
            out[key] = str(Fraction(value)) if key in NUMBERS else value
    return out


def line(record):
    out = exact(record, LINE)
    if "tier" in out:
        tier = record["tier"]
        begin = str(Fraction(tier.get("starting_at_exact", tier["starting_at"])))
        out["tier"] = {"level": tier["level"], "starting_at": begin, **exact(tier, ("size",))}
    return out


def invoice(record):
    lines = [line(x) for x in record["line_items"]]
    unit = record["credit_type"]["name"]
    return {**exact(record, HEAD), "credit_type": unit, "line_items": lines}


def entries(path, commits):
    """The ledger entries of each segment, in the order in which they came; commits by segment."""
    out = defaultdict(list)
    balance = defaultdict(Fraction)
    for record in rows(path):
        amount = Fraction(record.get("amount_exact", record["amount"]))
        running = Fraction(record.get("running_balance_exact", record["running_balance"]))
        entry = {"type": record["type"], "timestamp": record["timestamp"], "amount": str(amount)}
        commit = commits[record["segment_id"]]
        balance[commit] += amount
        if running != balance[commit]:
            entry["running_balance"] = str(running)
        out[record["segment_id"]].append(entry)
    return out


def law(balance, entries):
    """Granted is used, expired and what remains; this of the entries that came."""
    sums = defaultdict(Fraction)
    for entry in entries:
        sums[entry["type"]] += Fraction(entry["amount"])
    remains = sum(sums.values(), Fraction(0))
    used = -sums["PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION"]
    expired = -sums["PREPAID_COMMIT_EXPIRATION"]
    granted = Fraction(balance["granted"])
    return granted == used + expired + remains and min(used, expired, remains) >= 0


def in_order(invoices):
    keys = ("type", "issued_at", "start_timestamp", "credit_type")
    return sorted(invoices, key=lambda i: [i.get(k, "") for k in keys])


def wanted(record):
    return {k: v for k, v in oracle.plain(record).items() if k != "contract_id"}


def flat(record):
    """An invoice as lines of text, for people."""
    head = {k: v for k, v in record.items() if k != "line_items"}
    lines = [json.dumps(x, sort_keys=True) for x in record["line_items"]]
    return [json.dumps(head, sort_keys=True)] + ["    " + x for x in lines]


def given(files, contract):
    """The bodies of a case, for people."""
    print("contract:", json.dumps(contract))
    rates = [r for r in files["rates"] if r["rate_card_id"] == contract["rate_card_id"]]
    for rate in rates:
        print("rate:", json.dumps(rate))
    mine = {r["product_id"] for r in rates}
    for name in ("products", "updates"):
        for body in files[name]:
            if body.get("product_id", body.get("id")) in mine:
                print(name + ":", json.dumps(body))
    for event in sorted(files["events"], key=lambda e: instant(e["timestamp"])):
        if event["customer_id"] == contract["customer_id"]:
            properties = json.dumps(event["properties"])
            print("event:", event["timestamp"], event["event_type"], properties)


def differ(want, got):
    for title, texts, others in (("oracle", want, got), ("tools", got, want)):
        print(f"{title}:")
        for text in texts:
            print(" " if text in others else "*", text)


class Count:
    cases = invoices = lines = segments = differ = 0


def case(contract, exact_files, files, now, got, ledger, name):
    want, balances = oracle.evaluate(contract, exact_files, now)
    want = in_order([wanted(w) for w in want])
    balances = [oracle.plain(b) for b in balances]
    mine = [{**b, "entries": ledger[b["segment_id"]]} for b in balances]
    Count.cases += 1
    Count.invoices += len(want)
    Count.lines += sum(len(w["line_items"]) for w in want)
    Count.segments += len(balances)
    lawful = all(law(b, b["entries"]) for b in mine)
    if want == got and balances == mine and lawful:
        return
    Count.differ += 1
    print(f"---- {name} differs" + ("" if lawful else "; a balance breaks its law"))
    given(files, contract)
    differ([t for w in want for t in flat(w)], [t for g in got for t in flat(g)])
    if balances != mine:
        differ([json.dumps(b) for b in balances], [json.dumps(b) for b in mine])


def main():
    where, now = sys.argv[1], instant(sys.argv[2])
    files = {name: rows(f"{where}/{name}.ndjson") for name in oracle.NAMES}
    exact_files = oracle.Files(files)
    names = {c["id"]: c["name"] for c in rows(f"{where}/customers.ndjson")}
    got = defaultdict(list)
    for record in rows(f"{where}/invoices.got"):
        got[record["contract_id"]].append(invoice(record))
    commits = {
        item["id"]: commit["id"]
        for contract in files["contracts"]
        for commit in contract.get("commits", ())
        for item in commit["access_schedule"]["schedule_items"]
    }
    ledger = entries(f"{where}/balances.got", commits)
    for contract in files["contracts"]:
        name = names[contract["customer_id"]]
        case(contract, exact_files, files, now, in_order(got[contract["id"]]), ledger, name)
    n = Count
    print(f"{n.cases} cases, {n.invoices} invoices, {n.lines} lines, {n.segments} segments")
    print(f"{n.differ} differ")
    sys.exit(n.differ != 0)


main()
