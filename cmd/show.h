/*
 * show - what the tools of nouns share: put an object out, take a page.
 */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "cli.h"

#include "codec/jsonw.h"
#include "domain/common.h"
#include "store/reference.h"

/* The options of listings, for tables of struct cli_option. */
#define OPTION_ARCHIVED \
	{ \
		"archived", NULL, "archived ones too", false \
	}
#define OPTION_IF_ABSENT \
	{ \
		"if-absent", NULL, "an equal object that is there is the answer", false \
	}

/* Write an object through its writer. Always true, so that it may end a chain of calls. */
typedef void (*show_json)(struct jsonw *w, const void *object);
bool show(struct cli *c, show_json write, const void *object);

/* The id of the object that an option of the verb names; not given: *id stays. */
bool show_reference(struct cli *c, const char *option, enum noun n, struct str *id);

/* The values of an option that repeats, as texts. */
struct texts show_references(struct cli *c, const char *option);

/* --limit, --after, and --archived where the verb has it. */
struct page show_page(struct cli *c, bool archived);

#endif
