/*
 * template.h - texts of mails: words in braces are replaced
 *
 *	{name} {severity} {event} {text} {note} {dataset} {key} {value} {worst} {limit} {unit}
 *	{began} {time} {lasted} {host} {alert} {reposts}
 *
 * "{{" stands for a brace, "\n" (a backslash and an n) for the end of a line. Values are those of the event; times are UTC.
 */
#ifndef ALERT_TEMPLATE_H
#define ALERT_TEMPLATE_H

#include "analytics/alert/book.h"

/* 0, or -1 and *e: a word that there is not, a brace that is not closed. */
int template_check(const char *text, struct err *e);
/* Appends the text of a template that is right; what is wrong in it stays as it is. */
void template_expand(const char *text, const struct job *j, struct buf *out);

/* One value by its name; false: there is none such. */
bool template_word(const char *name, const struct job *j, struct buf *out);
const char *event_title(enum alert_event event); /* "posted", "still lasts", "cleared", "test" */
const char *severity_name(enum threshold_severity s);

#endif
