#include "store/check_rules.h"

#include "base/str.h"

#include "base/banned.h"

#define A_IS_CURRENT "a.seq = (SELECT max(c.seq) FROM customer c WHERE c.id = a.customer_id)"
#define B_IS_CURRENT "b.seq = (SELECT max(c.seq) FROM customer c WHERE c.id = b.customer_id)"

const struct check_rule check_rules[] = {
	{ "check.meta",
		"SELECT printf('%d rows, wanted 1', count(*)) FROM meta HAVING count(*) <> 1 ORDER BY 1" },
	{ "check.audit_log",
		"SELECT printf('change %d has no predecessor', a.seq) FROM audit_log a"
		" WHERE a.seq > 1 AND NOT EXISTS (SELECT 1 FROM audit_log b WHERE b.seq = a.seq - 1)"
		" ORDER BY a.seq" },
	{ "check.audit_log",
		"SELECT printf('change %d is recorded before change %d', a.seq, b.seq)"
		" FROM audit_log a JOIN audit_log b ON b.seq = a.seq - 1"
		" WHERE a.recorded_at < b.recorded_at ORDER BY a.seq" },
	{ "check.object",
		"SELECT printf('%s %s belongs to change %d, which never was', o.kind, o.id, o.seq)"
		" FROM object o WHERE o.seq > (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)"
		" ORDER BY o.kind, o.number" },
	{ "check.customer_alias",
		"SELECT printf('alias %s belongs to customer %s and to customer %s', a.alias,"
		" a.customer_id, b.customer_id) FROM customer_alias a JOIN customer_alias b"
		" ON b.alias = a.alias AND b.customer_id > a.customer_id"
		" WHERE " A_IS_CURRENT " AND " B_IS_CURRENT
		" ORDER BY a.alias, a.customer_id, b.customer_id" },
	{ "check.customer_alias",
		"SELECT printf('alias %s of customer %s is the id of another customer', a.alias,"
		" a.customer_id) FROM customer_alias a JOIN object o ON o.id = a.alias"
		" WHERE o.kind = 'customer' AND o.id <> a.customer_id AND " A_IS_CURRENT
		" ORDER BY a.alias, a.customer_id" },
	{ "check.batch",
		"SELECT printf('batch %d is recorded before batch %d', a.id, b.id)"
		" FROM batch a JOIN batch b ON b.id = (SELECT max(c.id) FROM batch c WHERE c.id < a.id)"
		" WHERE a.recorded_at < b.recorded_at ORDER BY a.id" },
	{ "check.invoice",
		"SELECT printf('invoice %s: number %d of series %s has no predecessor',"
		" i.invoice_number, i.series_number, i.series) FROM invoice i"
		" WHERE i.series_number > 1 AND NOT EXISTS (SELECT 1 FROM invoice p"
		" WHERE p.series = i.series AND p.series_number = i.series_number - 1)"
		" ORDER BY i.number" },
	{ "check.invoice",
		"SELECT printf('invoice %s: this is not number %d of series %s', invoice_number,"
		" series_number, series) FROM invoice"
		" WHERE invoice_number <> printf('%s-%06d', series, series_number) ORDER BY number" },
};

const size_t check_rules_count = countof(check_rules);
