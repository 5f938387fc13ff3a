/*
 * program.c - compilation, what a program is made of, and the object and header of its own probes
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The options that flags of a compilation stand for; NULL after the last. */
static void flags_of(uint_t cflags, const char **names)
{
	static const struct {
		uint_t flag;
		const char *option;
	} all[] = {{DTRACE_C_DIFV, "verbose"},	     {DTRACE_C_EMPTY, "empty"},
		   {DTRACE_C_ZDEFS, "zdefs"},	     {DTRACE_C_KNODEF, "knodefs"},
		   {DTRACE_C_UNODEF, "unodefs"},     {DTRACE_C_PSPEC, "pspec"},
		   {DTRACE_C_ETAGS, "errtags"},	     {DTRACE_C_ARGREF, "argref"},
		   {DTRACE_C_DEFARG, "defaultargs"}, {DTRACE_C_NOLIBS, "nolibs"}};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (cflags & all[i].flag)
			*names++ = all[i].option;
	*names = NULL;
}

static dtrace_prog_t *compile(dtrace_hdl_t *h, struct session_source *src, uint_t cflags)
{
	struct err e = {0};
	const char *flags[16];
	if (cflags & ~DTRACE_C_MASK) {
		compat_fail(h, EINVAL);
		return NULL;
	}
	dtrace_prog_t *p = calloc(1, sizeof(*p));
	if (!p) {
		compat_fail(h, ENOMEM);
		return NULL;
	}
	flags_of(cflags, flags);
	src->flags = flags;
	src->cpp = (cflags & DTRACE_C_CPP) || session_option_on(h->s, "cpp");
	if (!(p->program = session_compile(h->s, src, &e))) {
		compat_fail_with(h, &e, EDT_COMPILER);
		free(p);
		return NULL;
	}
	p->next = h->programs;
	return h->programs = p;
}

static bool bad_arguments(int argc, char *const argv[])
{
	return argc < 0 || (argc > 0 && !argv);
}

dtrace_prog_t *dtrace_program_strcompile(dtrace_hdl_t *h, const char *text, dtrace_probespec_t spec,
					 uint_t cflags, int argc, char *const argv[])
{
	static const enum session_level levels[] = {[DTRACE_PROBESPEC_PROVIDER] = SESSION_PROVIDER,
						    [DTRACE_PROBESPEC_MOD] = SESSION_MODULE,
						    [DTRACE_PROBESPEC_FUNC] = SESSION_FUNCTION,
						    [DTRACE_PROBESPEC_NAME] = SESSION_NAME};
	LOCKED(h);
	if (!text || bad_arguments(argc, argv) || spec < DTRACE_PROBESPEC_NONE ||
	    spec > DTRACE_PROBESPEC_NAME) {
		compat_fail(h, EINVAL);
		return NULL;
	}
	struct session_source src = {.text = text,
				     .len = strlen(text),
				     .is_file = spec == DTRACE_PROBESPEC_NONE,
				     .level = spec == DTRACE_PROBESPEC_NONE ? SESSION_NAME
									    : levels[spec],
				     .argc = argc,
				     .argv = (const char *const *)argv};
	return compile(h, &src, cflags);
}

static char *read_all(FILE *fp, size_t *len)
{
	char *text = NULL, *more;
	size_t n = 0, room = 0, got;
	do {
		if (n + 4096 > room) {
			room = room * 2 + 8192;
			if (!(more = realloc(text, room))) {
				free(text);
				errno = ENOMEM;
				return NULL;
			}
			text = more;
		}
		got = fread(text + n, 1, 4096, fp);
		n += got;
	} while (got);
	if (ferror(fp)) {
		free(text);
		return NULL;
	}
	*len = n;
	return text;
}

/* Messages name the file where it has a name. */
static const char *name_of(FILE *fp, char *out, size_t bytes)
{
	char link[64];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fileno(fp));
	ssize_t n = readlink(link, out, bytes - 1);
	out[n > 0 ? n : 0] = '\0';
	return *out == '/' ? out : "<stdin>";
}

/* Definitions are read again, in a session that knows nothing of this one's options. Takes text. */
static char *preprocessed(dtrace_hdl_t *h, const struct session_source *src, char *text,
			  size_t *len)
{
	struct err e = {0};
	const char *done = session_preprocess(h->s, src, len, &e);
	char *copy = done ? strndup(done, *len) : NULL;
	if (!done)
		compat_fail_with(h, &e, 0);
	else if (!copy)
		compat_fail(h, ENOMEM);
	free(text);
	return copy;
}

dtrace_prog_t *dtrace_program_fcompile(dtrace_hdl_t *h, FILE *fp, uint_t cflags, int argc,
				       char *const argv[])
{
	LOCKED(h);
	char name[4096];
	size_t len;
	bool good = fp && !bad_arguments(argc, argv);
	char *text = good ? read_all(fp, &len) : NULL;
	if (!text) {
		compat_fail(h, good ? errno : EINVAL);
		return NULL;
	}
	struct session_source src = {.text = text,
				     .len = len,
				     .filename = name_of(fp, name, sizeof(name)),
				     .is_file = true,
				     .argc = argc,
				     .argv = (const char *const *)argv};
	dtrace_prog_t *p = compile(h, &src, cflags);
	if (p && src.cpp)
		text = preprocessed(h, &src, text, &len);
	if (!p || !text) {
		free(text);
		return NULL;
	}
	p->text = text;
	p->len = len;
	return p;
}

dtrace_prog_t *dtrace_program_create(dtrace_hdl_t *h)
{
	LOCKED(h);
	dtrace_prog_t *p = calloc(1, sizeof(*p));
	if (!p) {
		compat_fail(h, ENOMEM);
		return NULL;
	}
	p->next = h->programs;
	return h->programs = p;
}

static void free_program(dtrace_prog_t *p)
{
	compat_free_statements(p);
	free(p->text);
	free(p);
}

/* What was compiled belongs to the session, which may have it enabled. */
void dtrace_program_destroy(dtrace_hdl_t *h, dtrace_prog_t *p)
{
	LOCKED(h);
	dtrace_prog_t **at = &h->programs;
	while (*at && *at != p)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = p->next;
	free_program(p);
}

bool compat_owns(const dtrace_hdl_t *h, const dtrace_prog_t *p)
{
	const dtrace_prog_t *at = h->programs;
	while (at && at != p)
		at = at->next;
	return at;
}

void compat_free_programs(dtrace_hdl_t *h)
{
	while (h->programs) {
		dtrace_prog_t *p = h->programs;
		h->programs = p->next;
		free_program(p);
	}
}

/* ---- what it is made of ---- */

dtrace_attribute_t compat_attribute(struct session_attributes a)
{
	return (dtrace_attribute_t){a.name, a.data, a.dclass};
}

static void info_of(const dtrace_prog_t *p, dtrace_proginfo_t *out)
{
	struct session_program_info i;
	session_program_info(p->program, &i);
	*out = (dtrace_proginfo_t){.dpi_descattr = compat_attribute(i.descriptions),
				   .dpi_stmtattr = compat_attribute(i.statements),
				   .dpi_aggregates = i.aggregations,
				   .dpi_recgens = i.recording,
				   .dpi_matches = i.matches,
				   .dpi_speculations = i.speculations};
}

void dtrace_program_info(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_proginfo_t *info)
{
	LOCKED(h);
	if (compat_owns(h, p) && info && compat_compile_added(h, p) == 0)
		info_of(p, info);
}

int dtrace_program_exec(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_proginfo_t *info)
{
	LOCKED(h);
	if (!compat_owns(h, p))
		return compat_fail(h, EINVAL);
	if (session_state(h->s) != SESSION_IDLE)
		return compat_fail(h, EDT_BUSY);
	if (compat_compile_added(h, p) < 0)
		return -1;
	if (info)
		info_of(p, info);
	session_enable(h->s, p->program);
	return 0;
}

/* ---- probes of a program's own ---- */

/* Everything compiled from files so far, oldest first, in a session of its own: definitions need
 * nothing of this one. */
static int define(struct session *s, const dtrace_prog_t *p, struct err *e)
{
	if (!p)
		return 0;
	if (define(s, p->next, e) < 0)
		return -1;
	struct session_source src = {.text = p->text, .len = p->len, .is_file = true};
	return p->text ? session_define(s, &src, e) : 0;
}

static int write_to(FILE *fp, const char *text, size_t n, struct err *e)
{
	if (text && fwrite(text, 1, n, fp) == n && fflush(fp) == 0)
		return 0;
	if (text) {
		e->code = errno;
		snprintf(e->text, sizeof(e->text), "failed to write: %s", strerrordesc_np(errno));
	}
	return -1;
}

int dtrace_program_header(dtrace_hdl_t *h, FILE *fp, const char *file)
{
	LOCKED(h);
	struct err e = {0};
	size_t n = 0;
	if (!fp)
		return compat_fail(h, EINVAL);
	struct session *s = session_new(&e);
	int r = s && define(s, h->programs, &e) == 0 ? 0 : -1;
	if (r == 0) {
		const char *text = session_define_header(s, file ? file : "stdin", &n, &e);
		r = write_to(fp, text, n, &e);
	}
	session_free(s);
	return r < 0 ? compat_fail_with(h, &e, 0) : 0;
}

int dtrace_program_link(dtrace_hdl_t *h, dtrace_prog_t *p, uint_t dflags, const char *file,
			int objc, char *const objv[])
{
	LOCKED(h);
	struct err e = {0};
	size_t n = 0;
	(void)p;
	if ((dflags & ~DTRACE_D_MASK) || !file || bad_arguments(objc, objv))
		return compat_fail(h, EINVAL);
	if (session_define_check(h->s, &e) < 0)
		return compat_fail_with(h, &e, 0);
	struct session *s = session_new(&e);
	int r = s && define(s, h->programs, &e) == 0 ? 0 : -1;
	const char *object =
	    r == 0 ? session_define_object(s, objc > 0 ? objv[0] : NULL, &n, &e) : NULL;
	FILE *fp = object ? fopen(file, "w") : NULL;
	r = object ? fp ? write_to(fp, object, n, &e) : compat_fail(h, errno) : -1;
	if (fp && fclose(fp) != 0)
		r = compat_fail(h, errno);
	session_free(s);
	return r < 0 && e.code ? compat_fail_with(h, &e, 0) : r;
}

static void *no_dof(dtrace_hdl_t *h)
{
	static const struct err e = {
	    .code = EDT_NOTSUP,
	    .text = "There is no DOF: programs are enabled by dtrace_program_exec(), linked "
		    "by dtrace_program_link(), anonymous ones kept by dtrace -A"};
	LOCKED(h);
	compat_fail_with(h, &e, 0);
	return NULL;
}

void *dtrace_dof_create(dtrace_hdl_t *h, dtrace_prog_t *p, uint_t dflags)
{
	(void)p;
	(void)dflags;
	return no_dof(h);
}

void dtrace_dof_destroy(dtrace_hdl_t *h, void *dof)
{
	(void)h;
	(void)dof;
}

void *dtrace_getopt_dof(dtrace_hdl_t *h)
{
	return no_dof(h);
}

void *dtrace_geterr_dof(dtrace_hdl_t *h)
{
	return no_dof(h);
}
