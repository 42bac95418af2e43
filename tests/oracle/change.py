#!/usr/bin/env python3
"""change.py LAW DIR SEED - change the files of generate.py as a law of tests/laws.bats has it.

split       rates go on at some hours as they were: nothing changes
copied      contracts have a copy of their rate card: nothing changes
neutral     contracts without overrides multiply by 1 for a time: nothing changes
scaled      prices, fees, minimums and maximums are three times as high: so is every total
unpaid      no balances and no charges; what scaled begins from
"""
import json
import random
import sys
import uuid
from fractions import Fraction

from figures import HOUR, instant, stamp
from prices import Rate

FILES = ("cards", "rates", "rates.0", "rates.1", "rates.2", "contracts", "balances", "adjustments")
OF_BALANCES = ("commits", "credits", "recurring_commits", "recurring_credits", "scheduled_charges")
MONEY = ("price", "flat_fee", "minimum", "maximum")
SCALE = 3


def place(rate):
    return (rate.product, rate.values, rate.frequency)


def split(files, rng):
    """What wins at an hour is added again from there on."""
    rates = [Rate(body, seq) for seq, body in enumerate(files["rates"])]
    for rate, body in zip(rates, files["rates"][:]):
        at = instant("2024-01-01") + rng.randrange(1, 2400) * HOUR
        held = [r for r in rates if place(r) == place(rate) and r.covers(at)]
        if held and max(held, key=lambda r: r.rank()) is rate and rate.start < at:
            again = {**body, "starting_at": stamp(at)}
            rates.append(Rate(again, len(rates)))
            files["rates"].append(again)
            files["rates.2"].append(again)


def copied(files, _):
    names = {c["id"]: str(uuid.uuid5(uuid.NAMESPACE_URL, c["id"])) for c in files["cards"]}
    again = [{**c, "id": names[c["id"]], "name": c["name"] + " again"} for c in files["cards"]]
    files["cards"] += again
    for name in ("rates", "rates.0", "rates.1", "rates.2"):
        files[name] += [{**r, "rate_card_id": names[r["rate_card_id"]]} for r in files[name]]
    for contract in files["contracts"]:
        contract["rate_card_id"] = names[contract["rate_card_id"]]


def neutral(files, rng):
    for contract in files["contracts"]:
        if "overrides" not in contract:
            start = instant(contract["starting_at"])
            override = {"type": "MULTIPLIER", "multiplier": 1}
            override["starting_at"] = stamp(start + rng.randrange(900) * HOUR)
            if rng.random() < 0.5:
                end = instant(override["starting_at"]) + rng.choice([1, 24, 200]) * HOUR
                override["ending_before"] = stamp(end)
            if rng.random() < 0.5:
                override["applicable_product_tags"] = rng.sample(["red", "blue"], 1)
            if rng.random() < 0.4:
                target = rng.choice(["LIST_RATE", "COMMIT_RATE"])
                override.update(is_commit_specific=True, target=target)
            contract["overrides"] = [override]


def times(body, on_spend):
    """The body of a rate, or of a part of it, that costs so many times as much. A part of
    what was spent stays the part it is, of tiers that are as much wider."""
    money = [k for k in MONEY if k in body and not (on_spend and k == "price")]
    money += ["size"] if on_spend and "size" in body else []
    more = {k: str(Fraction(str(body[k])) * SCALE) for k in money}
    if "tiers" in body:
        more["tiers"] = [times(t, on_spend) for t in body["tiers"]]
    if "commit_rate" in body:
        more["commit_rate"] = times(body["commit_rate"], False)
    return {**body, **more}


def scaled(files, _):
    for name in ("rates", "rates.0", "rates.1", "rates.2"):
        files[name] = [times(r, "PERCENTAGE" in r["rate_type"]) for r in files[name]]


def unpaid(files, _):
    files["balances"], files["adjustments"] = [], []
    for contract in files["contracts"]:
        for name in OF_BALANCES:
            contract.pop(name, None)


def main():
    law, where, seed = sys.argv[1:]
    files = {}
    for name in FILES:
        with open(f"{where}/{name}.ndjson", encoding="utf-8") as f:
            files[name] = [json.loads(line) for line in f]
    laws = {f.__name__: f for f in (split, copied, neutral, scaled, unpaid)}
    laws[law](files, random.Random(int(seed)))
    for name in FILES:
        with open(f"{where}/{name}.ndjson", "w", encoding="utf-8") as f:
            f.writelines(json.dumps(row) + "\n" for row in files[name])


main()
