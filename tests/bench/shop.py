"""shop.py - what is sold in the benchmarks, and what the tools answer about it.

Three metrics over the made events (manifest.h names them), a product and a flat
price for each; every customer has its name as ingest alias. Amounts in cents.
"""
import json
from fractions import Fraction

METRICS = ("output_tokens", "api_calls", "gpu_seconds")
PRICES = (Fraction(3, 20), Fraction(1), Fraction(7, 100))
NOTHING = (Fraction(0),) * len(METRICS)

METRIC_BODIES = [
    {
        "name": "output_tokens",
        "aggregation_type": "SUM",
        "aggregation_key": "tokens",
        "event_type_filter": {"in_values": ["tokens"]},
        "property_filters": [
            {"name": "tokens", "exists": True},
            {"name": "direction", "in_values": ["output"]},
        ],
    },
    {
        "name": "api_calls",
        "aggregation_type": "COUNT",
        "event_type_filter": {"in_values": ["api_call"]},
    },
    {
        "name": "gpu_seconds",
        "aggregation_type": "SUM",
        "aggregation_key": "seconds",
        "event_type_filter": {"in_values": ["gpu_job"]},
        "property_filters": [{"name": "seconds", "exists": True}],
    },
]


def ndjson(records):
    return "".join(json.dumps(r) + "\n" for r in records).encode()


def customer(number):
    """The name of the customer of a number, from 1."""
    return f"cust-{number:05d}"


def add_customers(scratch, customers):
    names = (customer(i) for i in range(1, customers + 1))
    bodies = ndjson({"name": n, "ingest_aliases": [n]} for n in names)
    scratch.run(["mtr-customer", "create", "-q"], stdin=bodies)


def add_metrics(scratch):
    scratch.run(["mtr-metric", "create", "-q"], stdin=ndjson(METRIC_BODIES))


def add_prices(scratch):
    products = [{"name": m, "type": "USAGE", "billable_metric_id": m} for m in METRICS]
    products.append({"name": "credit", "type": "FIXED"})
    rates = [
        {
            "product_id": m,
            "starting_at": "2026-01-01",
            "entitled": True,
            "rate_type": "FLAT",
            "price": str(price),
        }
        for m, price in zip(METRICS, PRICES)
    ]
    scratch.run(["mtr-product", "create", "-q"], stdin=ndjson(products))
    scratch.run(["mtr-ratecard", "create", "-q"], stdin=b'{"name":"list"}')
    scratch.run(["mtr-ratecard", "add-rates", "-q", "--card=list"], stdin=ndjson(rates))


def add_contracts(scratch, customers, start, end, commits, amount):
    """A contract for each customer, with so many commits of so many cents, drawn one by one."""
    window = {"starting_at": start, "ending_before": end, "amount": str(amount)}
    bodies = ndjson(
        {
            "customer_id": customer(i),
            "rate_card_id": "list",
            "starting_at": start,
            "commits": [
                {
                    "type": "PREPAID",
                    "product_id": "credit",
                    "name": f"credit {c}",
                    "priority": c,
                    "access_schedule": {"schedule_items": [window]},
                }
                for c in range(1, commits + 1)
            ],
        }
        for i in range(1, customers + 1)
    )
    scratch.run(["mtr-contract", "create", "-q"], stdin=bodies)


def usage_of_manifest(record):
    """The values of all metrics, as the manifest has them."""
    return tuple(Fraction(record[m]["value"]) for m in METRICS)


def read_usage(path):
    """mtr-metric usage: the values by customer, those without any left out."""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            if r["value"] is not None:
                values = found.setdefault(r["customer_name"], list(NOTHING))
                exact = r.get("value_exact", r["value"])
                values[METRICS.index(r["billable_metric_name"])] = Fraction(exact)
    return {k: tuple(v) for k, v in found.items()}


def read_rows(path, scale=1):
    """A peer's rows: customer, tokens, calls, seconds times scale; those of nothing left out."""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            name, *values = line.rstrip("\n").split(",")
            tokens, calls, seconds = (Fraction(v or 0) for v in values)
            if (tokens, calls, seconds) != NOTHING:
                found[name] = (tokens, calls, seconds / scale)
    return found


def priced(usage):
    return sum(v * p for v, p in zip(usage, PRICES))


def read_invoices(path):
    """Usage invoices by customer: (how many, sum of subtotals, sum of totals)."""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            n, subtotal, total = found.get(r["customer_name"], (0, 0, 0))
            subtotal += Fraction(r.get("subtotal_exact", r["subtotal"]))
            total += Fraction(r.get("total_exact", r["total"]))
            found[r["customer_name"]] = (n + 1, subtotal, total)
    return found


def read_rollforward(path):
    """How many rows there are, and what was used in all of them."""
    rows, used = 0, Fraction(0)
    with open(path, encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            rows, used = rows + 1, used + Fraction(r.get("used_exact", r["used"]))
    return rows, used


def wanted_invoices(usage, customers, invoices, credit):
    """What read_invoices must give: each customer's credit pays first."""
    wanted = {}
    for i in range(1, customers + 1):
        subtotal = priced(usage.get(customer(i), NOTHING))
        wanted[customer(i)] = (invoices, subtotal, max(subtotal - credit, Fraction(0)))
    return wanted
