#include "domain/unit.h"

#include <string.h>

#include "base/banned.h"

struct currency {
	char code[4];
	uint8_t places; /* of the minor unit */
};

/* ISO 4217, list one, by code; what has no minor unit (XAU, XXX ...) is left out. */
static const struct currency currencies[] = {
	{ "AED", 2 },
	{ "AFN", 2 },
	{ "ALL", 2 },
	{ "AMD", 2 },
	{ "AOA", 2 },
	{ "ARS", 2 },
	{ "AUD", 2 },
	{ "AWG", 2 },
	{ "AZN", 2 },
	{ "BAM", 2 },
	{ "BBD", 2 },
	{ "BDT", 2 },
	{ "BHD", 3 },
	{ "BIF", 0 },
	{ "BMD", 2 },
	{ "BND", 2 },
	{ "BOB", 2 },
	{ "BOV", 2 },
	{ "BRL", 2 },
	{ "BSD", 2 },
	{ "BTN", 2 },
	{ "BWP", 2 },
	{ "BYN", 2 },
	{ "BZD", 2 },
	{ "CAD", 2 },
	{ "CDF", 2 },
	{ "CHE", 2 },
	{ "CHF", 2 },
	{ "CHW", 2 },
	{ "CLF", 4 },
	{ "CLP", 0 },
	{ "CNY", 2 },
	{ "COP", 2 },
	{ "COU", 2 },
	{ "CRC", 2 },
	{ "CUP", 2 },
	{ "CVE", 2 },
	{ "CZK", 2 },
	{ "DJF", 0 },
	{ "DKK", 2 },
	{ "DOP", 2 },
	{ "DZD", 2 },
	{ "EGP", 2 },
	{ "ERN", 2 },
	{ "ETB", 2 },
	{ "EUR", 2 },
	{ "FJD", 2 },
	{ "FKP", 2 },
	{ "GBP", 2 },
	{ "GEL", 2 },
	{ "GHS", 2 },
	{ "GIP", 2 },
	{ "GMD", 2 },
	{ "GNF", 0 },
	{ "GTQ", 2 },
	{ "GYD", 2 },
	{ "HKD", 2 },
	{ "HNL", 2 },
	{ "HTG", 2 },
	{ "HUF", 2 },
	{ "IDR", 2 },
	{ "ILS", 2 },
	{ "INR", 2 },
	{ "IQD", 3 },
	{ "IRR", 2 },
	{ "ISK", 0 },
	{ "JMD", 2 },
	{ "JOD", 3 },
	{ "JPY", 0 },
	{ "KES", 2 },
	{ "KGS", 2 },
	{ "KHR", 2 },
	{ "KMF", 0 },
	{ "KPW", 2 },
	{ "KRW", 0 },
	{ "KWD", 3 },
	{ "KYD", 2 },
	{ "KZT", 2 },
	{ "LAK", 2 },
	{ "LBP", 2 },
	{ "LKR", 2 },
	{ "LRD", 2 },
	{ "LSL", 2 },
	{ "LYD", 3 },
	{ "MAD", 2 },
	{ "MDL", 2 },
	{ "MGA", 2 },
	{ "MKD", 2 },
	{ "MMK", 2 },
	{ "MNT", 2 },
	{ "MOP", 2 },
	{ "MRU", 2 },
	{ "MUR", 2 },
	{ "MVR", 2 },
	{ "MWK", 2 },
	{ "MXN", 2 },
	{ "MXV", 2 },
	{ "MYR", 2 },
	{ "MZN", 2 },
	{ "NAD", 2 },
	{ "NGN", 2 },
	{ "NIO", 2 },
	{ "NOK", 2 },
	{ "NPR", 2 },
	{ "NZD", 2 },
	{ "OMR", 3 },
	{ "PAB", 2 },
	{ "PEN", 2 },
	{ "PGK", 2 },
	{ "PHP", 2 },
	{ "PKR", 2 },
	{ "PLN", 2 },
	{ "PYG", 0 },
	{ "QAR", 2 },
	{ "RON", 2 },
	{ "RSD", 2 },
	{ "RUB", 2 },
	{ "RWF", 0 },
	{ "SAR", 2 },
	{ "SBD", 2 },
	{ "SCR", 2 },
	{ "SDG", 2 },
	{ "SEK", 2 },
	{ "SGD", 2 },
	{ "SHP", 2 },
	{ "SLE", 2 },
	{ "SOS", 2 },
	{ "SRD", 2 },
	{ "SSP", 2 },
	{ "STN", 2 },
	{ "SVC", 2 },
	{ "SYP", 2 },
	{ "SZL", 2 },
	{ "THB", 2 },
	{ "TJS", 2 },
	{ "TMT", 2 },
	{ "TND", 3 },
	{ "TOP", 2 },
	{ "TRY", 2 },
	{ "TTD", 2 },
	{ "TWD", 2 },
	{ "TZS", 2 },
	{ "UAH", 2 },
	{ "UGX", 0 },
	{ "USD", 2 },
	{ "USN", 2 },
	{ "UYI", 0 },
	{ "UYU", 2 },
	{ "UYW", 4 },
	{ "UZS", 2 },
	{ "VED", 2 },
	{ "VES", 2 },
	{ "VND", 0 },
	{ "VUV", 0 },
	{ "WST", 2 },
	{ "XAD", 2 },
	{ "XAF", 0 },
	{ "XCD", 2 },
	{ "XCG", 2 },
	{ "XOF", 0 },
	{ "XPF", 0 },
	{ "YER", 2 },
	{ "ZAR", 2 },
	{ "ZMW", 2 },
	{ "ZWG", 2 },
};

static const char usd_id[] = "2714e483-4ff1-48e4-9e25-ac732e8f24f2";
static const char usd_name[] = "USD (cents)";

static struct unit
unit_of(const struct currency *c)
{
	bool cents = memcmp(c->code, "USD", 4) == 0;
	struct unit u = { .name = cents ? usd_name : c->code,
		.code = c->code,
		.places = c->places,
		.cents = cents };
	struct str key[2] = { STR("currency"), str_c(c->code) };

	if (u.cents)
		memcpy(u.id.s, usd_id, sizeof(usd_id));
	else
		u.id = id_derive(key, countof(key));
	return u;
}

static const struct currency *
currency_of(struct str code)
{
	size_t lo = 0, hi = countof(currencies);

	if (code.n != 3)
		return NULL;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = 0;

		for (size_t i = 0; order == 0 && i < 3; i++)
			order = ascii_upper(code.p[i]) - currencies[mid].code[i];
		if (order == 0)
			return &currencies[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* Ids are derived, so the search goes through the table. */
static bool
currency_by_id(const struct id *id, struct unit *out)
{
	for (size_t i = 0; i < countof(currencies); i++) {
		struct unit u = unit_of(&currencies[i]);

		if (memcmp(&u.id, id, sizeof(*id)) == 0) {
			*out = u;
			return true;
		}
	}
	return false;
}

/* By id where there is one, else by name. */
static bool
custom_find(const struct units *custom, const struct id *id, struct str name, struct unit *out)
{
	for (size_t i = 0; custom != NULL && i < custom->n; i++) {
		const struct unit *u = &custom->p[i];

		if (id != NULL ? memcmp(&u->id, id, sizeof(*id)) == 0 : str_is(name, u->name)) {
			*out = *u;
			return true;
		}
	}
	return false;
}

bool
unit_find(const struct units *custom, struct str ref, struct unit *out)
{
	const struct currency *c = currency_of(ref);
	struct id id;

	if (c != NULL) {
		*out = unit_of(c);
		return true;
	}
	if (str_is_nocase(ref, usd_name) || str_is_nocase(ref, usd_id)) {
		*out = unit_usd();
		return true;
	}
	if (id_parse(ref, &id) && (custom_find(custom, &id, ref, out) || currency_by_id(&id, out)))
		return true;
	return custom_find(custom, NULL, ref, out);
}

struct unit
unit_custom(const struct id *id, const char *name)
{
	return (struct unit){ .id = *id, .name = name, .code = name, .custom = true };
}

struct unit
unit_usd(void)
{
	return unit_of(currency_of(STR("USD")));
}

bool
unit_same(const struct unit *a, const struct unit *b)
{
	return memcmp(&a->id, &b->id, sizeof(a->id)) == 0;
}

bool
unit_at(size_t i, struct unit *out)
{
	if (i >= countof(currencies))
		return false;
	*out = unit_of(&currencies[i]);
	return true;
}

struct rat
unit_major(struct arena *a, const struct unit *u, struct rat stored)
{
	return u->cents ? rat_mul(a, stored, rat_scaled(a, 1, (unsigned)u->places)) : stored;
}

struct rat
unit_stored(struct arena *a, const struct unit *u, struct rat major)
{
	struct rat minor;

	if (!u->cents)
		return major;
	minor = rat_int(a, 1);
	for (int i = 0; i < u->places; i++)
		minor = rat_mul(a, minor, rat_int(a, 10));
	return rat_mul(a, major, minor);
}

struct rat
unit_due(struct arena *a, const struct unit *u, struct rat stored)
{
	return u->custom ? stored : rat_round(a, stored, u->cents ? 0 : u->places, RAT_HALF_UP);
}

struct str
unit_major_text(struct arena *a, const struct unit *u, struct rat stored)
{
	return u->custom ? rat_text(a, stored) :
			   rat_text_fixed(a, unit_major(a, u, stored), u->places);
}

struct unit
obj_unit(struct obj *o, const char *name, const struct unit *absent)
{
	struct str ref = obj_text(o, name, OBJ_OPTIONAL, 1, 64);
	struct unit u = *absent;

	if (ref.p && !unit_find(o->units, ref, &u))
		obj_refuse(o, name,
			"no such unit; wanted an ISO 4217 code, or the id or name of one");
	return u;
}

/* What a literal names its unit by: a code, or the name of a custom unit. */
static bool
literal_unit(const struct units *custom, struct str name, struct unit *out)
{
	const struct currency *c = currency_of(name);

	if (c == NULL)
		return custom_find(custom, NULL, name, out);
	*out = unit_of(c);
	return true;
}

/* "0.10 USD": the place of the blank, 0 where text is no literal with a unit. */
static size_t
literal_blank(struct str text)
{
	const char *blank = text.n ? memchr(text.p, ' ', text.n) : NULL;

	return blank ? (size_t)(blank - text.p) : 0;
}

static struct rat
money_literal(struct obj *o, const char *name, const struct unit *u, struct str text, size_t blank)
{
	struct str number = { text.p, blank };
	struct str code = { text.p + blank + 1, text.n - blank - 1 };
	struct rat major = RAT_ZERO;
	struct unit named;

	switch (rat_parse_exact(o->arena, number, &major)) {
	case RAT_OK:
		break;
	case RAT_NOT_A_NUMBER:
		obj_refuse(o, name,
			"not an amount; wanted a decimal, or one with its unit "
			"such as \"0.10 %s\"",
			u->code);
		return RAT_ZERO;
	case RAT_TOO_LONG:
		obj_refuse_as(o, name, "number_too_long", "more than %d digits", RAT_MAX_DIGITS);
		return RAT_ZERO;
	}
	if (!literal_unit(o->units, code, &named))
		obj_refuse(o, name, "\"%.*s\" is no unit; wanted %s", STR_FMT(code), u->code);
	else if (!unit_same(&named, u))
		obj_refuse(o, name, "in %s where %s is wanted", named.code, u->code);
	else
		return unit_stored(o->arena, u, major);
	return RAT_ZERO;
}

struct rat
obj_money(struct obj *o, const char *name, enum obj_need need, const struct unit *u, bool *has)
{
	const struct json *v = obj_ok(o) ? json_member(o->json, name) : NULL;
	struct str text = { NULL, 0 };
	size_t blank;

	if (v && json_type(v) == JSON_STRING)
		text = json_text(v);
	blank = literal_blank(text);
	if (blank == 0)
		return obj_rat(o, name, need, has);
	obj_value(o, name, need);
	if (has)
		*has = true;
	return money_literal(o, name, u, text, blank);
}

struct rat
obj_price(struct obj *o, const char *name, enum obj_need need, const struct unit *u, bool *has)
{
	struct rat price = obj_money(o, name, need, u, has);

	if (rat_sign(price) < 0) {
		obj_refuse(o, name, "below zero; a price is 0 or more");
		return RAT_ZERO;
	}
	return price;
}

void
jsonw_unit(struct jsonw *w, const char *key, const struct unit *u)
{
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member_str(w, "id", id_str(&u->id));
	jsonw_member_c(w, "name", u->name);
	jsonw_end(w);
}
