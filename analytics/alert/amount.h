/*
 * amount.h - numbers with units, times, words and quotes: the small change of the texts in this folder
 */
#ifndef ALERT_AMOUNT_H
#define ALERT_AMOUNT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* A finite number with a unit, or none: ns us ms s min h (to ns), k M G T (1000), Ki Mi Gi Ti (1024), "%" and B, which
 * change nothing. 0 or -1. */
int amount_parse(const char *text, double *out);
/* The shortest text that amount_parse() makes the same number of. */
void amount_write(double v, struct buf *out);
/* For people, in four digits or all before the point: "120 ms", "1.5 GiB", "95.12 %", "12345 ops/s". unit as
 * statistics have it; "" = none. */
void amount_human(double v, const char *unit, struct buf *out);
/* Seconds: a whole number with s (or nothing), m, h or d; "off" is 0. 0 or -1. */
int amount_seconds(const char *text, int64_t *out);
/* Whether it is UTF-8 without control characters. */
bool amount_one_line(const char *text);
/* Makes it text: what is no UTF-8 and control characters (but newlines, where `lines`) become '?'. */
void amount_clean(char *text, bool lines);

/* The next word at *p (blanks in front are skipped) into word: parts in "..." may hold blanks, \" and \\ there stand for
 * themselves. -> 1; 0 at the end; -1 when it does not fit or a quote is open. */
int amount_word(const char **p, char *word, size_t size);
/* Appends text as amount_word() reads it. */
void amount_quote(const char *text, struct buf *out);

#endif
