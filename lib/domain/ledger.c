#include "domain/ledger.h"

#include "base/banned.h"

/* NULL: no such entry. */
static const char *const type_names[COMMIT_TYPES][ENTRY_KINDS] = {
	[COMMIT_PREPAID] = {
		[ENTRY_GRANT] = "PREPAID_COMMIT_SEGMENT_START",
		[ENTRY_SEAT_ADJUSTMENT] = "PREPAID_COMMIT_SEAT_BASED_ADJUSTMENT",
		[ENTRY_MANUAL] = "PREPAID_COMMIT_MANUAL",
		[ENTRY_DEDUCTION] = "PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION",
		[ENTRY_CREDITED] = "PREPAID_COMMIT_CREDITED",
		[ENTRY_ROLLOVER] = "PREPAID_COMMIT_ROLLOVER",
		[ENTRY_EXPIRATION] = "PREPAID_COMMIT_EXPIRATION",
	},
	[COMMIT_POSTPAID] = {
		[ENTRY_GRANT] = "POSTPAID_COMMIT_INITIAL_BALANCE",
		[ENTRY_MANUAL] = "POSTPAID_COMMIT_MANUAL",
		[ENTRY_DEDUCTION] = "POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION",
		[ENTRY_CREDITED] = "POSTPAID_COMMIT_CREDITED",
		[ENTRY_TRUEUP] = "POSTPAID_COMMIT_TRUEUP",
		[ENTRY_ROLLOVER] = "POSTPAID_COMMIT_ROLLOVER",
		[ENTRY_EXPIRATION] = "POSTPAID_COMMIT_EXPIRATION",
	},
	[COMMIT_CREDIT] = {
		[ENTRY_GRANT] = "CREDIT_SEGMENT_START",
		[ENTRY_SEAT_ADJUSTMENT] = "CREDIT_SEAT_BASED_ADJUSTMENT",
		[ENTRY_MANUAL] = "CREDIT_MANUAL",
		[ENTRY_DEDUCTION] = "CREDIT_AUTOMATED_INVOICE_DEDUCTION",
		[ENTRY_CREDITED] = "CREDIT_CREDITED",
		[ENTRY_ROLLOVER] = "CREDIT_ROLLOVER",
		[ENTRY_EXPIRATION] = "CREDIT_EXPIRATION",
	},
};

const char *
entry_type_name(enum commit_type t, enum entry_kind k)
{
	return type_names[t][k];
}

bool
entry_type_find(struct str name, enum commit_type *t, enum entry_kind *k)
{
	for (int i = 0; i < COMMIT_TYPES; i++)
		for (int j = 0; j < ENTRY_KINDS; j++)
			if (type_names[i][j] != NULL && str_is(name, type_names[i][j])) {
				*t = (enum commit_type)i;
				*k = (enum entry_kind)j;
				return true;
			}
	return false;
}

void
ledger_entry_terms_json(struct jsonw *w, const struct ledger_entry *entry, struct str commit_id)
{
	jsonw_object(w);
	jsonw_member_str(w, "commit_id", commit_id);
	jsonw_member_str(w, "segment_id", entry->segment_id);
	jsonw_member_c(w, "type", entry_type_name(entry->commit_type, entry->kind));
	jsonw_member_instant(w, "timestamp", entry->at_ns);
	jsonw_member_decimal(w, "amount", entry->amount, TERMS_STORED);
	jsonw_member_str_opt(w, "reason", entry->reason);
	jsonw_end(w);
}

void
ledger_entry_to_json(struct jsonw *w, const struct ledger_entry *entry, struct rat running)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", entry->id);
	jsonw_member_c(w, "type", entry_type_name(entry->commit_type, entry->kind));
	jsonw_member_instant(w, "timestamp", entry->at_ns);
	jsonw_member_rat(w, "amount", entry->amount);
	jsonw_member_str(w, "segment_id", entry->segment_id);
	jsonw_member_str_opt(w, "invoice_id", entry->invoice_id);
	jsonw_member_str_opt(w, "contract_id", entry->contract_id);
	jsonw_member_str_opt(w, "new_contract_id", entry->new_contract_id);
	jsonw_member_str_opt(w, "reason", entry->reason);
	if (entry->pending)
		jsonw_member_bool(w, "pending", true);
	jsonw_member_rat(w, "running_balance", running);
	jsonw_end(w);
}

struct str
ledger_entry_id(struct arena *a, enum commit_type t, enum entry_kind k, struct str segment_id,
	struct str invoice_id)
{
	const struct str parts[] = {
		STR("ledger_entry"),
		str_c(entry_type_name(t, k)),
		segment_id,
		invoice_id,
	};
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}
