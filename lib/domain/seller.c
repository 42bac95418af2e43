#include "domain/seller.h"

#include <string.h>

#include "base/banned.h"

#define TEXT_MAX_POINTS 200
#define FOOTER_MAX_POINTS 2000
#define LOGO_MAX_POINTS 700000
#define LINES_MAX 20

static struct str
text(struct obj *o, const char *name, size_t max)
{
	return obj_text(o, name, OBJ_OPTIONAL, 1, max);
}

static struct texts
lines(struct obj *o, const char *name)
{
	struct texts t = obj_texts_field(o, name, OBJ_OPTIONAL, 0, false);

	if (t.n > LINES_MAX)
		obj_refuse(o, name, "%zu lines; at most %d", t.n, LINES_MAX);
	for (size_t i = 0; i < t.n; i++)
		if (str_codepoints(t.p[i]) > TEXT_MAX_POINTS)
			obj_refuse(o, name, "a line of more than %d characters", TEXT_MAX_POINTS);
	return t;
}

static bool
is_base64(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool pads = c == '=' && i + 2 >= s.n;

		if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '+' && c != '/' && !pads)
			return false;
	}
	return s.n > 0;
}

/* Nothing that could reach out, or end the attribute it stands in. */
static bool
is_picture(struct str s)
{
	static const char *const kinds[] = {
		"data:image/png;base64,",
		"data:image/jpeg;base64,",
		"data:image/svg+xml;base64,",
	};

	for (size_t i = 0; i < countof(kinds); i++) {
		size_t n = strlen(kinds[i]);

		if (str_starts(s, kinds[i]))
			return is_base64((struct str){ s.p + n, s.n - n });
	}
	return false;
}

bool
seller_from_json(const struct json *j, struct arena *a, struct seller *out, struct err *e)
{
	struct seller s = { .name = { NULL, 0 } };
	struct obj o;

	if (!obj_open(&o, j, "seller", false, a, e))
		return false;
	s.name = obj_text(&o, "name", OBJ_REQUIRED, 1, TEXT_MAX_POINTS);
	s.address = lines(&o, "address");
	s.tax_id = text(&o, "tax_id", TEXT_MAX_POINTS);
	s.email = text(&o, "email", TEXT_MAX_POINTS);
	s.phone = text(&o, "phone", TEXT_MAX_POINTS);
	s.website = text(&o, "website", TEXT_MAX_POINTS);
	s.payment = lines(&o, "payment");
	s.footer = text(&o, "footer", FOOTER_MAX_POINTS);
	s.logo = text(&o, "logo", LOGO_MAX_POINTS);
	if (s.logo.p && !is_picture(s.logo))
		obj_refuse(&o, "logo",
			"wanted: data:image/png;base64, and the picture, or one of jpeg or svg+xml");
	if (!obj_close(&o))
		return false;
	*out = s;
	return true;
}
