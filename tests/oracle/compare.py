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

HEAD = ("contract_id", "type", "start_timestamp", "end_timestamp", "issued_at", "subtotal", "total", "amount_due")
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
    "flat_fee",
    "minimum_adjustment",
    "beyond_maximum",
    "pricing_group_values",
    "presentation_group_values",
    "credit_type",
    "converted_credit_type",
    "subscription_id",
    "is_prorated",
    "scheduled_charge_id",
    "commit_id",
    "commit_segment_id",
    "commit_type",
    "postpaid_commit",
)
UNITS = ("credit_type", "converted_credit_type")
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
            value = value["name"] if key in UNITS else value
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


class Entry:
    """One of a ledger, as it came."""

    def __init__(self, record, place):
        self.place = place
        self.shown = {k: record[k] for k in ("type", "timestamp")}
        self.amount = Fraction(record.get("amount_exact", record["amount"]))
        self.running = Fraction(record.get("running_balance_exact", record["running_balance"]))
        self.shown["amount"] = str(self.amount)


def entries(path):
    """The ledger entries of each segment, in the order in which they came."""
    out = defaultdict(list)
    for place, record in enumerate(rows(path)):
        out[record["segment_id"]].append(Entry(record, place))
    return out


def law(own):
    """Of one segment: granted and added by hand is used, billed, expired and what remains."""
    taken = [e.amount for e in own if e.shown["type"].endswith(("DEDUCTION", "TRUEUP", "EXPIRATION"))]
    return sum(e.amount for e in own) >= 0 and max(taken, default=0) <= 0


def runs_on(balances, ledger):
    """The running balance of each commit is the sum of its entries so far."""
    commits = defaultdict(list)
    for b in balances:
        commits[b["commit_id"]] += ledger[b["segment_id"]]
    good = True
    for found in commits.values():
        running = Fraction(0)
        for entry in sorted(found, key=lambda e: e.place):
            running += entry.amount
            good = good and running == entry.running
    return good


def in_order(invoices):
    keys = ("contract_id", "type", "issued_at", "start_timestamp", "credit_type")
    lines = ((i, json.dumps(i["line_items"], sort_keys=True)) for i in invoices)
    return [i for i, _ in sorted(lines, key=lambda p: [p[0].get(k, "") for k in keys] + [p[1]])]


def flat(record):
    """An invoice as lines of text, for people."""
    head = {k: v for k, v in record.items() if k != "line_items"}
    lines = [json.dumps(x, sort_keys=True) for x in record["line_items"]]
    return [json.dumps(head, sort_keys=True)] + ["    " + x for x in lines]


def given(files, customer_id):
    """The bodies of a case, for people."""
    cards = set()
    for name in ("contracts", "balances", "adjustments"):
        for body in files[name]:
            if body["customer_id"] == customer_id:
                print(name + ":", json.dumps(body))
                cards.add(body.get("rate_card_id"))
    rates = [r for r in files["rates"] if r["rate_card_id"] in cards]
    for rate in rates:
        print("rate:", json.dumps(rate))
    mine = {r["product_id"] for r in rates}
    for name in ("products", "updates"):
        for body in files[name]:
            if body.get("product_id", body.get("id")) in mine:
                print(name + ":", json.dumps(body))
    for event in sorted(files["events"], key=lambda e: instant(e["timestamp"])):
        if event["customer_id"] == customer_id:
            properties = json.dumps(event["properties"])
            print("event:", event["timestamp"], event["event_type"], properties)


def differ(want, got):
    for title, texts, others in (("oracle", want, got), ("tools", got, want)):
        print(f"{title}:")
        for text in texts:
            print(" " if text in others else "*", text)


class Count:
    cases = invoices = lines = segments = differ = 0


def case(customer_id, exact_files, files, now, got, ledger, name):
    want, balances = oracle.evaluate(customer_id, exact_files, now)
    want = in_order([oracle.plain(w) for w in want])
    balances = [oracle.plain(b) for b in balances]
    mine = [{**b, "entries": [e.shown for e in ledger[b["segment_id"]]]} for b in balances]
    Count.cases += 1
    Count.invoices += len(want)
    Count.lines += sum(len(w["line_items"]) for w in want)
    Count.segments += len(balances)
    lawful = all(law(ledger[b["segment_id"]]) for b in balances) and runs_on(balances, ledger)
    if want == got and balances == mine and lawful:
        return
    Count.differ += 1
    print(f"---- {name} differs" + ("" if lawful else "; a balance breaks its law"))
    given(files, customer_id)
    differ([t for w in want for t in flat(w)], [t for g in got for t in flat(g)])
    if balances != mine:
        differ([json.dumps(b) for b in balances], [json.dumps(b) for b in mine])


def main():
    where, now = sys.argv[1], instant(sys.argv[2])
    files = {name: rows(f"{where}/{name}.ndjson") for name in oracle.NAMES}
    exact_files = oracle.Files(files)
    got = defaultdict(list)
    for record in rows(f"{where}/invoices.got"):
        got[record["customer_id"]].append(invoice(record))
    ledger = entries(f"{where}/balances.got")
    for customer in rows(f"{where}/customers.ndjson"):
        id_, name = customer["id"], customer["name"]
        case(id_, exact_files, files, now, in_order(got[id_]), ledger, name)
    n = Count
    print(f"{n.cases} cases, {n.invoices} invoices, {n.lines} lines, {n.segments} segments")
    print(f"{n.differ} differ")
    sys.exit(n.differ != 0)


main()
