/*
 * screen_fixture.h - a printer whose text lands in memory, over the images of plan_fixture.h
 *
 * screen_of() takes an image, run() consumes what is in its rings and gives the text so far, done()
 * frees both.
 */
#ifndef SCREEN_FIXTURE_H
#define SCREEN_FIXTURE_H

#include "dtrace/output/output.h"
#include "dtrace/sym/symbols.h"
#include "plan_fixture.h"

#include <stdio.h>

/* A printer whose text lands in `text`. */
struct screen {
	struct fx *f;
	struct aggs *aggs;
	struct symbols *syms;
	struct output_opts opts;
	struct output *o;
	struct consume *c;
	char text[1 << 16];
	size_t n;
	char errors[1024];
	int status, pieces;
	char setopt[64];
};

static inline int on_write(void *arg, const char *p, size_t n, const struct output_origin *origin)
{
	struct screen *s = arg;
	assert_true(s->n + n < sizeof(s->text));
	memcpy(s->text + s->n, p, n);
	s->n += n;
	s->text[s->n] = '\0';
	s->pieces += origin != NULL;
	return 0;
}

static inline int on_error(void *arg, const struct consume_error *err, const char *text)
{
	struct screen *s = arg;
	(void)err;
	strcat(s->errors, text);
	return 0;
}

static inline void on_exit_status(void *arg, int status)
{
	((struct screen *)arg)->status = status;
}

static inline int on_setopt(void *arg, const char *name, const char *value, struct err *e)
{
	struct screen *s = arg;
	(void)e;
	snprintf(s->setopt, sizeof(s->setopt), "%s=%s", name, value);
	if (!strcmp(name, "quiet"))
		s->opts.quiet = true;
	return 0;
}

static inline struct screen *screen_of(struct fx *f)
{
	struct screen *s = calloc(1, sizeof(*s));
	s->f = f;
	s->opts.quiet = true;
	return s;
}

/* Runs what is in the rings; returns the text so far. */
static inline const char *run(struct screen *s)
{
	struct err e = {0};
	if (!s->o) {
		struct output_ops ops = {.write = on_write,
					 .error = on_error,
					 .exit = on_exit_status,
					 .setopt = on_setopt,
					 .arg = s};
		if (s->f->im.plan.aggs.n)
			assert_non_null(s->aggs = aggs_new(&s->f->im, s->f->agg, s->syms, &e));
		s->o = output_new(&s->f->im, s->aggs, s->syms, &s->opts, &ops, &e);
		assert_non_null(s->o);
		struct consume_ops cops = {output_record, output_drop, s->o};
		s->c = consume_new(&s->f->in, &cops, &e);
		assert_non_null(s->c);
	}
	if (s->aggs)
		assert_int_equal(aggs_snapshot(s->aggs, &e), 0);
	assert_int_equal(consume_drain(s->c, true), 0);
	consume_drops(s->c);
	output_flush(s->o);
	return s->text;
}

static inline void done(struct screen *s)
{
	output_free(s->o);
	consume_free(s->c);
	aggs_free(s->aggs);
	symbols_free(s->syms);
	fx_free(s->f);
	free(s);
}

#endif
