#include "domain/adjustment.h"

#include "base/banned.h"

static const char *const unsupported_fields[] = {
	"per_group_amounts",
};

struct str
adjustment_balance(const struct json *j, struct arena *a)
{
	const struct json *id = json_type(j) == JSON_OBJECT ? json_member(j, "id") : NULL;

	if (id == NULL || json_type(id) != JSON_STRING)
		return (struct str){ NULL, 0 };
	return str_dup(a, json_text(id));
}

bool
adjustment_from_json(const struct json *j, bool csv, const struct unit *unit, struct arena *a,
	struct adjustment *out, struct err *e)
{
	struct adjustment adj;
	struct obj o;

	if (!obj_open(&o, j, "adjustment", csv, a, e))
		return false;
	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	adj.balance_id = obj_text(&o, "id", OBJ_REQUIRED, 1, SIZE_MAX);
	adj.customer_id = obj_reference(&o, "customer_id", "customer", OBJ_OPTIONAL);
	adj.contract_id = obj_reference(&o, "contract_id", "contract", OBJ_OPTIONAL);
	adj.segment_id = obj_id(&o, "segment_id", OBJ_OPTIONAL);
	adj.amount = obj_money(&o, "amount", OBJ_REQUIRED, unit, NULL);
	if (obj_ok(&o) && rat_sign(adj.amount) == 0)
		obj_refuse(&o, "amount", "wanted what it is given, or below zero what it loses");
	adj.reason = obj_text(&o, "reason", OBJ_REQUIRED, 1, SIZE_MAX);
	adj.timestamp_ns = obj_instant(&o, "timestamp", OBJ_OPTIONAL);
	if (!obj_close(&o))
		return false;
	*out = adj;
	return true;
}
