"""figures - numbers, time and schedules of mtr-pricing(7), exactly."""
import calendar
import hashlib
import uuid
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache

HOUR = 3600 * 10**9
DAY = 24 * HOUR
NEVER = 2**63
USD = "USD (cents)"
PLACES = {USD: 0, "EUR": 2, "JPY": 0}  # of the minor unit, in stored units; none of custom ones


def number(text):
    text = str(text)
    return Fraction(text[:-2]) / 100 if text.endswith(" %") else Fraction(text)


def rounded(x, places, method):
    scaled = abs(x) * Fraction(10) ** places
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    up = {
        "ROUND_UP": rest > 0,
        "ROUND_DOWN": False,
        "ROUND_HALF_UP": 2 * rest >= 1,
        "HALF_UP": 2 * rest >= 1,
        "FLOOR": rest > 0 and x < 0,
        "CEILING": rest > 0 and x > 0,
    }[method]
    size = (whole + up) / Fraction(10) ** places
    return -size if x < 0 else size


def derived(*parts):
    """The id that follows from some texts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    id_ = bytearray(digest.digest()[:16])
    id_[6], id_[8] = 0x80 | id_[6] & 0x0F, 0x80 | id_[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(id_)))


@lru_cache(maxsize=None)
def instant(text):
    if text is None:
        return NEVER
    if len(text) == 10:
        text += "T00:00:00Z"
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc)
    return calendar.timegm(moment.timetuple()) * 10**9 + int((fraction or "0").ljust(9, "0"))


def stamp(t):
    seconds, fraction = divmod(t, 10**9)
    text = (datetime(1970, 1, 1) + timedelta(seconds=seconds)).isoformat()
    return text + (f".{fraction:09d}".rstrip("0") if fraction else "") + "Z"


def months_on(t, months):
    days, rest = divmod(t, DAY)
    day = datetime(1970, 1, 1) + timedelta(days=days)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    moved = datetime(year, month + 1, min(day.day, last))
    return (moved - datetime(1970, 1, 1)).days * DAY + rest


MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "SEMI_ANNUAL": 6, "ANNUAL": 12}


def steps_on(t, frequency, steps):
    if frequency in ("DAILY", "WEEKLY"):
        return t + steps * (7 if frequency == "WEEKLY" else 1) * DAY
    return months_on(t, steps * MONTHS[frequency])


def schedule_items(schedule):
    """[(instant, unit price, quantity)] of a schedule."""
    if "schedule_items" in schedule:
        return [(instant(i["timestamp"]), *amount_of(i)) for i in schedule["schedule_items"]]
    rule = schedule["recurring_schedule"]
    start, end, dates = instant(rule["starting_at"]), instant(rule["ending_before"]), []
    while (at := steps_on(start, rule["frequency"], len(dates))) < end:
        dates.append(at)
    (price, quantity), n = amount_of(rule), len(dates)
    how = rule.get("amount_distribution", "EACH")
    if how == "EACH":
        return [(at, price, quantity) for at in dates]
    if how == "DIVIDED":
        return [(at, price / n, quantity) for at in dates]
    whole = price * quantity
    part = rounded(whole / n, PLACES[schedule.get("credit_type_id", USD)], "ROUND_HALF_UP")
    amounts = [part] * (n - 1) + [whole - part * (n - 1)]
    return [(at, amount, Fraction(1)) for at, amount in zip(dates, amounts)]


def amount_of(body):
    if "amount" in body:
        return number(body["amount"]), Fraction(1)
    return number(body["unit_price"]), number(body["quantity"])
