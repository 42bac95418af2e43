#include "failures.h"

#include <stdio.h>

#include "base/banned.h"

void
tell_failures(struct cli *c, const struct invoice_failure *failures, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct err e = failures[i].err;

		if (e.field[0] == '\0')
			snprintf(e.field, sizeof(e.field), "contract %.*s",
				STR_FMT(failures[i].contract_id));
		cli_reject(c, &e);
	}
}
