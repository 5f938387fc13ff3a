/*
 * list.c - dtrace -l: the probes that there are, and with -v what they carry and which are missing
 */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

struct listing {
	struct cmd *c;
	unsigned n;
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
	l->n++;
	return 0;
}

/* -lv tells which documented probes this kernel has no source for. */
static void list_missing(void *arg, const struct session_probe *p, const char *why)
{
	(void)arg;
	put_probe("-", p);
	printf("\n\tNot on this system: %s\n\n", why);
}

static void say_why(struct cmd *c, const struct session_probe *spec)
{
	const char *why = session_explain(c->s, spec);
	if (why)
		fprintf(stderr, "    hint: %s\n", why);
}

static bool is_id(const char *text)
{
	return strtoul(text, NULL, 10) != 0 && text[strspn(text, "0123456789")] == '\0';
}

static int list_unit(struct cmd *c, const struct unit *u)
{
	struct err e = {0};
	struct listing l = {.c = c};
	if (u->how == 's' || strpbrk(u->text, "{/$,") || (u->how == 'i' && !is_id(u->text))) {
		struct session_program *p = compile_unit(c, u);
		if (!p)
			return -1;
		session_program_probes(p, list_one, &l);
		if (l.n)
			return 0;
		warn("failed to match %s: No probe matches description", u->text);
		c->status = E_ERROR;
		return 0;
	}
	struct session_probe spec = {0};
	if (u->how == 'i') {
		spec.id = (uint32_t)strtoul(u->text, NULL, 10);
	} else {
		if (session_probe_parse(c->s, u->text, level_of(u->how), &spec, &e) < 0) {
			warn("invalid probe specifier %s: %s", u->text, e.text);
			return -1;
		}
	}
	int n = session_list(c->s, &spec, list_one, &l, &e);
	if (n < 0) {
		warn("failed to match %s: %s", u->text, e.text);
		return -1;
	}
	if (n == 0) {
		if (u->how == 'i')
			warn("failed to match id %s: No probe matches description", u->text);
		else
			warn("failed to match %s:%s:%s:%s: No probe matches description",
			     spec.provider, spec.module, spec.function, spec.name);
		if (u->how != 'i')
			say_why(c, &spec);
		c->status = E_ERROR;
	}
	if (c->verbose && u->how != 'i' &&
	    session_list_missing(c->s, &spec, list_missing, NULL, &e) < 0)
		return -1;
	return 0;
}

int list_all(struct cmd *c)
{
	static char out[1 << 16];
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	printf("%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION", "NAME");
	struct err e = {0};
	struct listing l = {.c = c};
	if (!c->nunits && session_list(c->s, NULL, list_one, &l, &e) < 0) {
		warn("failed to list probes: %s", e.text);
		return E_ERROR;
	}
	if (!c->nunits && c->verbose &&
	    session_list_missing(c->s, &(struct session_probe){0}, list_missing, NULL, &e) < 0)
		return E_ERROR;
	for (int i = 0; i < c->nunits; i++)
		if (list_unit(c, &c->units[i]) < 0)
			return E_ERROR;
	return c->status;
}
