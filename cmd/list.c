/*
 * list.c - dtrace -l: the probes that there are, and with -v what they carry and which are missing
 */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

struct listing {
	struct cmd *c;
};

static void list_args(struct cmd *c, uint32_t id)
{
	struct session_probe_info info;
	struct err e = {0};
	if (session_probe_info(c->s, id, &info, &e) < 0)
		return;
	if (info.has_attributes) {
		print_stability("Probe Description Attributes", info.description);
		print_stability("Argument Attributes", info.arguments);
	}
	printf("\n\tArgument Types\n");
	if (info.nargs <= 0)
		printf("\t\tNone\n");
	for (int i = 0; i < info.nargs; i++) {
		const struct session_probe_arg *a = &info.args[i];
		printf("\t\targs[%d]: %s", i, a->translated ? a->translated : a->type);
		if (a->name)
			printf(" %s", a->name);
		printf("\n");
	}
	printf("\n");
}

/* A column, the text to the right in it. Listings are long: printf() would take most of their time. */
static void put_column(const char *text, size_t width)
{
	static const char blanks[] = "                                ";
	size_t n = strlen(text);
	for (size_t left = n < width ? width - n : 0; left > 0;) {
		size_t now = left < sizeof(blanks) - 1 ? left : sizeof(blanks) - 1;
		fwrite_unlocked(blanks, 1, now, stdout);
		left -= now;
	}
	fwrite_unlocked(text, 1, n, stdout);
	putc_unlocked(' ', stdout);
}

static void put_probe(const char *id, const struct session_probe *p)
{
	put_column(id, 5);
	put_column(p->provider, 10);
	put_column(p->module, 17);
	put_column(p->function, 33);
	fputs_unlocked(p->name, stdout);
	putc_unlocked('\n', stdout);
}

static int list_one(void *arg, const struct session_probe *p)
{
	struct listing *l = arg;
	char digits[16], *id = digits + sizeof(digits) - 1;
	uint32_t n = p->id;
	*id = '\0';
	do
		*--id = (char)('0' + n % 10);
	while (n /= 10);
	put_probe(id, p);
	if (l->c->verbose)
		list_args(l->c, p->id);
	return 0;
}

/* -lv tells which documented probes this kernel has no source for. */
static void list_missing(void *arg, const struct session_probe *p, const char *why)
{
	(void)arg;
	put_probe("-", p);
	printf("\n\tNot on this system: %s\n\n", why);
}

static void say_unmatched(struct cmd *c, const struct session_probe *d)
{
	warn("failed to match %s:%s:%s:%s: No probe matches description", d->provider, d->module,
	     d->function, d->name);
	const char *why = session_explain(c->s, d);
	if (why)
		fprintf(stderr, "    hint: %s\n", why);
	c->status = E_ERROR;
}

/* One description of a program. Those after it are listed, too, when nothing matches it. */
static int list_description(void *arg, const struct session_probe *d,
			    const struct session_attributes *attributes)
{
	(void)attributes;
	struct listing *l = arg;
	struct err e = {0};
	int n = session_list(l->c->s, d, list_one, l, &e);
	if (n < 0) {
		warn("failed to list probes: %s", e.text);
		l->c->status = E_ERROR;
		return 1;
	}
	if (n == 0)
		say_unmatched(l->c, d);
	if (l->c->verbose && !d->id && session_list_missing(l->c->s, d, list_missing, NULL, &e) < 0)
		l->c->status = E_ERROR;
	return 0;
}

static int list_everything(struct cmd *c)
{
	struct err e = {0};
	struct listing l = {.c = c};
	if (session_list(c->s, NULL, list_one, &l, &e) < 0) {
		warn("failed to list probes: %s", e.text);
		return E_ERROR;
	}
	if (c->verbose &&
	    session_list_missing(c->s, &(struct session_probe){0}, list_missing, NULL, &e) < 0)
		return E_ERROR;
	return E_OK;
}

/* What does not compile is told before anything is listed. */
static int compile_units(struct cmd *c, struct session_program **programs)
{
	for (int i = 0; i < c->nunits; i++)
		if (!(programs[i] = compile_unit(c, &c->units[i])))
			return -1;
	return 0;
}

int list_all(struct cmd *c)
{
	static char out[1 << 16];
	struct session_program **programs =
	    grow(NULL, (size_t)c->nunits, sizeof(struct session_program *));
	struct listing l = {.c = c};
	int status = E_ERROR;
	if (compile_units(c, programs) == 0) {
		setvbuf(stdout, out, _IOFBF, sizeof(out));
		printf("%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION", "NAME");
		for (int i = 0; i < c->nunits; i++)
			session_program_descriptions(programs[i], list_description, &l);
		status = c->nunits ? c->status : list_everything(c);
	}
	free(programs);
	return status;
}
