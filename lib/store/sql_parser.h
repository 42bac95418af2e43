/*
 * sql_parser - what the files of the parser share (inside store).
 *
 * Shape      a parser stands at one token. A failure is sticky: it is recorded
 *            once, and from then on the token is the end.
 */
#ifndef STORE_SQL_PARSER_H
#define STORE_SQL_PARSER_H

#include "store/sql_ast.h"

struct parser {
	struct sql_query *q;
	struct sql_token t; /* the one at hand */
	size_t pos;         /* behind it */
	unsigned depth;
	bool failed;
};

/* ---- sql_parser.c ---- */

void parse_advance(struct parser *p);
/* Refuse the token at hand; text says what was wanted instead. */
void parse_refuse(struct parser *p, const char *text);
/* The same, unless it is a word that the dialect lacks, which is said then. */
void parse_unexpected(struct parser *p, const char *wanted);
bool parse_at_word(const struct parser *p, const char *keyword);
bool parse_at_sign(const struct parser *p, const char *sign);
bool parse_at_name(const struct parser *p);
/* Step over it where it is at hand. */
bool parse_take_word(struct parser *p, const char *keyword);
bool parse_take_sign(struct parser *p, const char *sign);
void parse_want_word(struct parser *p, const char *keyword, const char *text);
void parse_want_sign(struct parser *p, const char *sign, const char *text);
/* One level deeper; false: too deep, and refused. */
bool parse_enter(struct parser *p);

/* ---- sql_expression.c ---- */

struct sql_node *parse_expression(struct parser *p);

#endif
