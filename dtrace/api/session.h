/*
 * session.h - our own small API: from D text to output, in one handle
 *
 *	struct session *s = session_new(&e);
 *	session_setopt(s, "bufsize", "4m", &e);
 *	struct session_program *p = session_compile(s, &src, &e);	parse and sema
 *	session_enable(s, p);
 *	session_go(s, &e);						lower, load, attach, BEGIN
 *	while (session_work(s, &e) == SESSION_OKAY)
 *		session_sleep(s);
 *	session_free(s);
 *
 * No state outside the handle: several sessions may compile and run in one process at once (each in
 * one thread at a time). On failure a function returns -1 or NULL and sets *e; errors in a D program
 * have all their diagnostics, several lines, in session_errors().
 */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "base/buf.h"
#include "base/err.h"
#include "dtrace/builtin/options.h"
#include "dtrace/dlang/parse.h"
#include "dtrace/output/output.h"
#include "dtrace/probe/probe.h"

#include <stdio.h>
#include <sys/types.h>

struct session;
struct session_program;
struct sema_program;
struct image;

struct session *session_new(struct err *e);
void session_free(struct session *s);

int session_setopt(struct session *s, const char *name, const char *value, struct err *e);
const struct options *session_options(const struct session *s);

struct session_source {
	const char *text;
	size_t len;
	const char *filename; /* NULL for text from the command line */
	enum spec_level level;
	bool is_file;
	int argc; /* macro arguments, argv[0] first */
	const char *const *argv;
	bool cpp; /* run the C preprocessor first */
};
/* Compiles; NULL when it does not. The first diagnostic in the classic form is *e; session_errors()
 * has all. */
struct session_program *session_compile(struct session *s, const struct session_source *src,
					struct err *e);
const char *session_errors(const struct session *s);
unsigned session_program_matches(const struct session_program *p);
const struct sema_program *session_program_typed(const struct session_program *p);
void session_enable(struct session *s, struct session_program *p);

/* Lowers what is enabled without loading it: for -S, -e and the dumps. */
int session_lower(struct session *s, struct err *e);
const struct image *session_image(const struct session *s);
void session_disassemble(struct session *s, struct buf *out);

/* ---- a program's own probes: -h and -G ---- */
/* Reads a file of provider definitions; src as for session_compile(). Needs no privilege. Returns 0,
 * or -1 and *e, session_errors(). */
int session_define(struct session *s, const struct session_source *src, struct err *e);
/* The header (source: the name to tell in it) and the object of all that was defined. The object is
 * for the machine of like, an object file, or for this one (NULL). */
int session_define_header(struct session *s, const char *source, struct buf *out, struct err *e);
int session_define_object(struct session *s, const char *like, struct buf *out, struct err *e);

/* ---- running ---- */
enum session_status { SESSION_ERROR = -1, SESSION_OKAY, SESSION_DONE };
struct session_ops { /* messages; each text is without "dtrace: " and newline. All may be NULL */
	int (*error)(void *arg, const char *text);
	int (*drop)(void *arg, const char *text);
	void *arg;
	bool explain; /* a second line says what helps, at the first drop of each kind */
};
void session_set_ops(struct session *s, const struct session_ops *ops);
/* The folder with the D programs that come with dtrace; in the session's arena. */
const char *session_scripts_dir(struct session *s);
void session_set_fd(struct session *s, int fd); /* where output goes; 1 at first */
int session_go(struct session *s, struct err *e);
/* Waits until the next round is due, a tick is to be run, a target ends, or a signal comes. */
void session_sleep(struct session *s);
/* One round: snapshot, records, drops. SESSION_DONE after exit() or session_stop(), when everything
 * has been shown. */
enum session_status session_work(struct session *s, struct err *e);
/* Stops tracing and runs END; the next session_work() is the last. */
int session_stop(struct session *s, struct err *e);
/* Ends a line that an interrupt may have cut. */
void session_newline(struct session *s);
int session_exit_status(const struct session *s);
/* What dtrace prints at the end: the newline and the aggregations that no printa() showed. */
int session_finish(struct session *s);

/* ---- targets: -c and -p ---- */
/* Starts a command, held until session_go(), ended by session_free(); $target is its
 * id. */
pid_t session_create(struct session *s, const char *command, struct err *e);
int session_grab(struct session *s, pid_t pid, struct err *e);
/* Number of targets that still live; sets *gone to one that has ended since the last call, or 0. */
unsigned session_targets(struct session *s, pid_t *gone);

/* ---- probes ---- */
/* Calls fn for every probe that matches, by id. Returns how many, -1 and *e. NULL = any. */
typedef int session_probe_fn(void *arg, const struct probe *p);
int session_list(struct session *s, const struct probe_spec *spec, session_probe_fn *fn, void *arg,
		 struct err *e);
int session_probe_args(struct session *s, const struct probe *p, struct probe_arg *args, int max);
struct arena *session_arena(struct session *s);
struct registry *session_registry(struct session *s);
void session_features(struct session *s, struct buf *out);
const char *session_bpflog(const struct session *s);

#endif
