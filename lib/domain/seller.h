/*
 * seller - who sends invoices: what is printed of them.
 *
 * Shape      a name, and what else there is: lines of an address, a tax id, ways to
 *            get in touch, lines that say how to pay, a footer, and a picture as a
 *            data URI, which pages in HTML alone show.
 * Range      texts 1..200 code points, the footer 2,000; 20 lines each; a picture is PNG,
 *            JPEG or SVG in base64, 700,000 characters.
 * Errors     ERR_INPUT, codes seller.FIELD.
 * Source     mtr-json(5), Sellers.
 */
#ifndef DOMAIN_SELLER_H
#define DOMAIN_SELLER_H

#include "domain/common.h"

struct seller {
	struct str name;
	struct texts address;
	struct str tax_id;
	struct str email;
	struct str phone;
	struct str website;
	struct texts payment;
	struct str footer;
	struct str logo;
};

bool seller_from_json(const struct json *j, struct arena *a, struct seller *out, struct err *e);

#endif
