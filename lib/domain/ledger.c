#include "domain/ledger.h"

#include "base/banned.h"

static const char *const type_names[] = {
	[ENTRY_SEGMENT_START] = "PREPAID_COMMIT_SEGMENT_START",
	[ENTRY_INVOICE_DEDUCTION] = "PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION",
	[ENTRY_EXPIRATION] = "PREPAID_COMMIT_EXPIRATION",
};
_Static_assert(countof(type_names) == ENTRY_EXPIRATION + 1, "a name for each type");

const char *
entry_type_name(enum entry_type t)
{
	return type_names[t];
}

void
ledger_entry_to_json(struct jsonw *w, const struct ledger_entry *entry, struct rat running)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", entry->id);
	jsonw_member_c(w, "type", entry_type_name(entry->type));
	jsonw_member_instant(w, "timestamp", entry->at_ns);
	jsonw_member_rat(w, "amount", entry->amount);
	jsonw_member_str(w, "segment_id", entry->segment_id);
	jsonw_member_str_opt(w, "invoice_id", entry->invoice_id);
	jsonw_member_str_opt(w, "contract_id", entry->contract_id);
	if (entry->pending)
		jsonw_member_bool(w, "pending", true);
	jsonw_member_rat(w, "running_balance", running);
	jsonw_end(w);
}

struct str
ledger_entry_id(struct arena *a, enum entry_type t, struct str segment_id, struct str invoice_id)
{
	const struct str parts[] = {
		STR("ledger_entry"),
		str_c(entry_type_name(t)),
		segment_id,
		invoice_id,
	};
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}
