/*
 * glasshouse/dtrace.h - DTrace as a library: from D text to records, aggregations and text
 *
 *	struct err e = {0};
 *	struct session *s = session_new(&e);
 *	session_setopt(s, "bufsize", "4m", &e);
 *	struct session_source src = {.text = text, .len = strlen(text)};
 *	struct session_program *p = session_compile(s, &src, &e);
 *	session_enable(s, p);
 *	session_go(s, &e);				loads, attaches, runs BEGIN
 *	while (session_work(s, &e) == SESSION_OKAY)	records, drops, a snapshot of aggregations
 *		session_sleep(s);
 *	session_free(s);
 *
 * What is traced reaches the caller in three ways, together or alone: as text written to a
 * descriptor (session_set_fd), as records with typed values (session_ops.record and .action), and as
 * entries of aggregations (session_walk). The classic libdtrace interface, dtrace.h, is a shell over
 * this one.
 *
 * Conventions. A function that can fail returns -1 or NULL and sets *e, which must not be NULL.
 * Text and values handed to a callback are valid until it returns; strings returned otherwise live
 * as long as the session unless something else is said. Times are nanoseconds, sizes bytes. There is
 * no state outside the handle: sessions in different threads do not know of each other, and one
 * session belongs to one thread at a time.
 */
#ifndef GLASSHOUSE_DTRACE_H
#define GLASSHOUSE_DTRACE_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct session;
struct session_program;

struct session *session_new(struct err *e);
void session_free(struct session *s); /* NULL is fine. Everything of it is gone from the kernel. */

/* ---- options: those of -x and #pragma D option ---- */

/* value NULL for flags. Once tracing, only what may change then. */
int session_setopt(struct session *s, const char *name, const char *value, struct err *e);
/* Numbers as the option counts: flags 0 or 1, sizes in bytes, rates in ns. SESSION_UNSET when it was
 * never set. */
#define SESSION_UNSET INT64_MIN
int session_getopt(const struct session *s, const char *name, int64_t *value, struct err *e);
bool session_option_on(const struct session *s, const char *name); /* set, and not 0 */
/* Of options that are text; NULL when not set. */
const char *session_option_text(const struct session *s, const char *name);
/* What the value may be: "flag", "switch", "number", "size", "rate", "cpu", "version", "stability",
 * "text", "list", or words as "a|b|c". NULL when there is no such option. */
const char *session_option_kind(const char *name);

/* The folder of the scripts that come with dtrace. */
const char *session_scripts_dir(struct session *s);

/* ---- compilation ---- */

enum session_level { /* what a probe description that is not complete names: -n -f -m -P */
		     SESSION_NAME,
		     SESSION_FUNCTION,
		     SESSION_MODULE,
		     SESSION_PROVIDER
};
struct session_source {
	const char *text;
	size_t len;
	const char *filename; /* for messages; NULL for text from the command line */
	enum session_level level;
	bool is_file; /* a script: a probe description alone is an error */
	int argc;     /* macro arguments; argv[0] is $0 */
	const char *const *argv;
	bool cpp; /* run the C preprocessor first */
	/* Names of options that are flags, set for this compilation alone: "zdefs", "empty" ..; ends in
	 * NULL. May be NULL. */
	const char *const *flags;
};
/* NULL when it does not compile: the first diagnostic is in *e, session_errors() has all of them with
 * their places, several lines. The program belongs to the session. */
struct session_program *session_compile(struct session *s, const struct session_source *src,
					struct err *e);
const char *session_errors(const struct session *s);
/* The text as the C preprocessor makes it, with the options of the session, *len long: of the session.
 * NULL and *e. */
const char *session_preprocess(struct session *s, const struct session_source *src, size_t *len,
			       struct err *e);
/* To be traced from session_go() on: before that. */
void session_enable(struct session *s, struct session_program *p);

/* Stability, as -v shows it: the numbers stand for the words of session_stability_name() and
 * session_class_name(). */
struct session_attributes {
	uint8_t name, data, dclass;
};
const char *session_stability_name(unsigned level); /* "Evolving"; NULL above the highest */
const char *session_class_name(unsigned dclass);    /* "Common" */
bool session_attributes_parse(const char *text,	    /* "Evolving/Private/ISA" */
			      struct session_attributes *out);

struct session_program_info {
	struct session_attributes descriptions, statements; /* the least of each */
	unsigned matches;				    /* probes */
	unsigned aggregations;				    /* named in it */
	unsigned recording;				    /* clauses that record */
	unsigned speculations;				    /* clauses that speculate */
};
void session_program_info(const struct session_program *p, struct session_program_info *out);

/* ---- a program's own probes: -h and -G ---- */

/* Reads provider definitions; neither kernel nor privilege is needed. */
int session_define(struct session *s, const struct session_source *src, struct err *e);
/* Whether objects can be as the options of the session want them. -1 and *e: why not. */
int session_define_check(struct session *s, struct err *e);
/* The header (source: the name to tell in it) and the object of all that was defined, *bytes long.
 * The object is for the machine of like, an object file, or for this one (NULL). NULL and *e. */
const char *session_define_header(struct session *s, const char *source, size_t *bytes,
				  struct err *e);
const char *session_define_object(struct session *s, const char *like, size_t *bytes,
				  struct err *e);

/* ---- probes ---- */

struct session_probe {
	uint32_t id;
	const char *provider, *module, *function, *name; /* "" where a part is empty */
};
/* Non-zero ends the iteration. */
typedef int session_probe_fn(void *arg, const struct session_probe *p);
/* Calls fn for every probe that matches, by id. The parts of the pattern may hold globs; NULL or ""
 * matches any, an id other than 0 that probe alone; a pattern of NULL every probe. Returns how many
 * match, -1 and *e. */
int session_list(struct session *s, const struct session_probe *pattern, session_probe_fn *fn,
		 void *arg, struct err *e);
/* Calls fn for every probe that the manual has and this kernel has not, of those the pattern could mean (id 0), with
 * the reason. -1 and *e. */
typedef void session_missing_fn(void *arg, const struct session_probe *p, const char *why);
int session_list_missing(struct session *s, const struct session_probe *pattern,
			 session_missing_fn *fn, void *arg, struct err *e);
/* What to say of a pattern that matches nothing: why, or what is spelt like it; NULL: nothing. */
const char *session_explain(struct session *s, const struct session_probe *pattern);
/* "syscall::read:entry" into a pattern. -1 and *e when it has too many parts for its level. */
int session_probe_parse(struct session *s, const char *text, enum session_level level,
			struct session_probe *out, struct err *e);
/* A probe description's text with $1, $$1, $target and their like replaced: of the session. NULL and *e when one of
 * them is not defined. */
const char *session_probe_expand(struct session *s, const char *text, int argc,
				 const char *const *argv, struct err *e);
/* Every probe that a program's clauses name, clause by clause. */
void session_program_probes(const struct session_program *p, session_probe_fn *fn, void *arg);
/* Every probe description of a program as written, clause by clause, with the attributes of its
 * clause. */
typedef int session_description_fn(void *arg, const struct session_probe *pattern,
				   const struct session_attributes *attributes);
void session_program_descriptions(const struct session_program *p, session_description_fn *fn,
				  void *arg);

enum { SESSION_MAX_ARGS = 32 };
struct session_probe_arg {
	const char *type;	/* as traced */
	const char *translated; /* what args[n] is, when a translator makes it; or NULL */
	const char *name;	/* of the parameter, or NULL */
};
struct session_probe_info {
	bool has_attributes;
	struct session_attributes description, arguments;
	int nargs; /* -1 when they are not known */
	struct session_probe_arg args[SESSION_MAX_ARGS];
};
int session_probe_info(struct session *s, uint32_t id, struct session_probe_info *out,
		       struct err *e);

/* ---- looking at the code ---- */

/* Lowers what is enabled without loading it. */
int session_lower(struct session *s, struct err *e);
int session_print_code(struct session *s, FILE *to, struct err *e); /* the instructions: -S */
void session_print_features(struct session *s, FILE *to);	    /* of the kernel: -xfeatures */
const char *session_bpflog(const struct session *s); /* of the verifier, with option bpflog */

/* ---- records ---- */

enum session_value_kind {
	SESSION_INT,	     /* size 1, 2, 4, 8; is_signed */
	SESSION_STRING,	     /* size bytes of text, without a NUL */
	SESSION_BYTES,	     /* a struct, an array, tracemem() */
	SESSION_STACK,	     /* u64 frames[size / 8] of the kernel, innermost first, ends at a 0 */
	SESSION_USTACK,	     /* u64 pid, u64 frames[size / 8 - 1] */
	SESSION_ADDRESS,     /* u64 address in the kernel */
	SESSION_USER_ADDRESS /* u64 pid, u64 address */
};
enum session_act {
	SESSION_ACT_TRACE = 1, /* values[0] */
	SESSION_ACT_PRINTF,    /* format, values */
	SESSION_ACT_PRINTA,    /* format or NULL, aggs */
	SESSION_ACT_TRACEMEM,  /* values[0] */
	SESSION_ACT_PRINT,
	SESSION_ACT_STACK,
	SESSION_ACT_USTACK,
	SESSION_ACT_JSTACK,
	SESSION_ACT_SYM,
	SESSION_ACT_MOD,
	SESSION_ACT_FUNC,
	SESSION_ACT_USYM,
	SESSION_ACT_UMOD,
	SESSION_ACT_UFUNC,
	SESSION_ACT_UADDR,
	SESSION_ACT_EXIT,      /* values[0]: the status */
	SESSION_ACT_SYSTEM,    /* format, values */
	SESSION_ACT_FREOPEN,   /* format, values */
	SESSION_ACT_FTRUNCATE, /* from here on: what the consumer does, and shows nothing */
	SESSION_ACT_CLEAR,
	SESSION_ACT_TRUNC,
	SESSION_ACT_NORMALIZE,
	SESSION_ACT_DENORMALIZE,
	SESSION_ACT_SETOPT,
	SESSION_ACT_OTHER /* done in the kernel */
};
struct session_value {
	enum session_value_kind kind;
	enum session_act
	    shown_as; /* keys of aggregations: SYM, STACK .. say what was asked for; else 0 */
	bool is_signed;
	uint32_t size;	  /* bytes at data */
	uint32_t d_size;  /* sizeof the D value: a string's is strsize, whatever its text */
	uint64_t arg;	  /* stacks: frames asked for, and for user stacks | string bytes << 32 */
	const void *data; /* of any alignment */
};
struct session_action {
	enum session_act act;
	const char *format;
	const struct session_value *values;
	uint32_t nvalues;
	const uint32_t *aggs; /* ids of aggregations, for session_agg() */
	uint32_t naggs;
};
enum session_flow { SESSION_FLOW_NONE, SESSION_FLOW_ENTRY, SESSION_FLOW_RETURN };
struct session_record { /* one firing of one clause, or of a part of it where it branches */
	struct session_probe probe;
	uint32_t clause; /* number of the clause or part, from 0: the same actions each time */
	uint32_t epid;	 /* enabled probe id, as the variable epid has it */
	int cpu;
	uint64_t stamp;		/* order of records over all CPUs */
	enum session_flow flow; /* with option flowindent: */
	const char *prefix;	/* " -> " */
	int indent;
	const struct session_action *actions;
	uint32_t nactions;
};

/* What printf(format) shows of values, system() and freopen() make of them; entry, which may be NULL, is
 * what %@ stands for. A value of kind SESSION_BYTES is read as its conversion wants it: an integer of
 * its size, text up to a NUL. *taken is how many values the format has used: those beyond nvalues are
 * left out. The text ends in a NUL and is the caller's to free(). NULL and *e when the format is
 * malformed or there is no memory. */
struct session_entry;
char *session_format(struct session *s, const char *format, const struct session_value *values,
		     uint32_t nvalues, const struct session_entry *entry, uint32_t *taken,
		     struct err *e);
/* What print() shows of a value of a type: "int 0x2a", members a line each; else as above. NULL and *e
 * when there is no such type, or bytes are fewer than it has. */
char *session_format_typed(struct session *s, const char *type, const void *data, size_t bytes,
			   struct err *e);

/* Text of a value as the session would show it: symbols and frames resolved, strings as they are. A
 * stack gives a frame a line. Returns the length as snprintf does. */
size_t session_value_text(struct session *s, const struct session_value *v, char *out, size_t n);

/* ---- aggregations ---- */

enum session_agg_func {
	SESSION_COUNT,
	SESSION_SUM,
	SESSION_AVG,
	SESSION_MIN,
	SESSION_MAX,
	SESSION_STDDEV,
	SESSION_QUANTIZE,
	SESSION_LQUANTIZE,
	SESSION_LLQUANTIZE
};
struct session_agg {
	uint32_t id;	  /* from 0, in the order of the program */
	const char *name; /* without @; "_" for the one without a name */
	enum session_agg_func func;
	bool is_signed; /* what is aggregated */
	bool printed;	/* by a printa() */
	/* lquantize: base, limit, step; llquantize: factor, low, high, steps */
	int32_t base, limit;
	uint16_t step, factor, low, high, steps;
	uint32_t nkeys;
	uint32_t nbuckets; /* of distributions: quantize 127, lquantize levels + 2, llquantize */
};
struct session_entry {
	const struct session_agg *agg;
	const struct session_value *keys; /* agg->nkeys of them */
	/* The raw words: count n; sum; avg n, sum; min, max: n, value; stddev: n, sum, sum of squares
	 * low, high; distributions: a count for each bucket. */
	const uint64_t *words;
	uint32_t nwords;
	int64_t value;	 /* what it amounts to, divided by normal; 0 for distributions */
	uint64_t normal; /* of normalize(); 1 = none */
	uint32_t index;	 /* the entry's own number within its aggregation */
};
/* With option aggpercpu: how many CPUs there may be (0 without it), and what one of them has of an entry: words as
 * above, valid until the next snapshot; NULL when it has nothing. */
uint32_t session_agg_cpus(const struct session *s);
const uint64_t *session_entry_cpu(struct session *s, const struct session_entry *entry,
				  uint32_t cpu);
/* Least and greatest value of a bucket of a distribution, inclusive. */
void session_bucket(const struct session_agg *agg, uint32_t bucket, int64_t *least,
		    int64_t *greatest);

uint32_t session_naggs(const struct session *s); /* 0 before session_go() */
const struct session_agg *session_agg(struct session *s, uint32_t id);
/* Reads all CPUs. Does nothing before session_go(). */
int session_snapshot(struct session *s, struct err *e);

enum session_order_by {
	SESSION_UNSORTED,
	SESSION_BY_OPTIONS, /* aggsortkey, aggsortrev and so on */
	SESSION_BY_KEY,
	SESSION_BY_VALUE
};
struct session_order {
	enum session_order_by by;
	bool reverse;
	bool across; /* one order over all aggregations, not one after the other */
};
enum session_walked { /* what to do with the entry, all of them once the walk is over */
		      SESSION_WALK_ERROR = -1,
		      SESSION_WALK_NEXT,
		      SESSION_WALK_STOP,
		      SESSION_WALK_CLEAR, /* its value is 0 from here on */
		      SESSION_WALK_REMOVE /* it is not there until it is counted again */
};
enum { SESSION_ALL_AGGS = -1 };
typedef enum session_walked session_entry_fn(void *arg, const struct session_entry *entry);
/* Calls fn for the entries of an aggregation (or of all of them) as last read by session_snapshot()
 * or session_work(). -1 when fn returned SESSION_WALK_ERROR or memory ran out. */
int session_walk(struct session *s, int agg, const struct session_order *order,
		 session_entry_fn *fn, void *arg, struct err *e);
/* Several aggregations by their keys: fn gets one row of n entries a key; an aggregation that lacks
 * the key has nwords 0 there. Non-zero from fn ends the walk. */
typedef int session_row_fn(void *arg, const struct session_entry *row, uint32_t n);
int session_walk_joined(struct session *s, const uint32_t *aggs, uint32_t n, session_row_fn *fn,
			void *arg, struct err *e);
void session_clear(struct session *s, uint32_t agg);
void session_normalize(struct session *s, uint32_t agg, uint64_t factor); /* 1: as it was */
/* As printa() without a format shows them, into the text that the session makes. */
void session_print_entry(struct session *s, const struct session_entry *entry);
int session_print_aggs(struct session *s); /* those that no printa() showed */

/* ---- running ---- */

struct session_error { /* a fault in a clause; the probe ERROR has fired for it */
	struct session_probe probe;
	int cpu;
	uint64_t epid, action, offset, fault, address; /* as ERROR's arg1 to arg5 */
	const char *text; /* "error on enabled probe ID 2 (...): divide-by-zero in action #1 .." */
};
enum session_drop_kind {
	SESSION_DROP_PRINCIPAL,
	SESSION_DROP_AGGREGATION,
	SESSION_DROP_DYNAMIC,
	SESSION_DROP_DYNRINSE,
	SESSION_DROP_DYNDIRTY,
	SESSION_DROP_SPEC,
	SESSION_DROP_SPECBUSY,
	SESSION_DROP_SPECUNAVAIL,
	SESSION_DROP_STKSTROVERFLOW,
	SESSION_DROP_OTHER,   /* text says it */
	SESSION_DROP_DBLERROR /* faults in clauses of ERROR */
};
struct session_drop {
	enum session_drop_kind kind;
	int cpu; /* -1 when it is not one CPU's */
	uint64_t count, total;
	const char *text;   /* "3 drops on CPU 0" */
	const char *remedy; /* option that makes more room, or NULL */
};
enum session_part { /* of what printa() shows */
		    SESSION_PART_OTHER,
		    SESSION_PART_KEY,
		    SESSION_PART_VALUE,
		    SESSION_PART_FORMAT, /* text between them */
		    SESSION_PART_LAST	 /* the end of an entry */
};
struct session_text {
	const char *text; /* NUL-terminated */
	size_t bytes;
	const struct session_record *record; /* NULL outside of one */
	const struct session_action *action; /* NULL outside of one */
	const struct session_entry *entry;   /* of printa(), or NULL */
	enum session_part part;
	uint32_t key; /* SESSION_PART_KEY: which */
	bool last;    /* an entry ends with it, whatever its part */
};
enum session_then {		  /* what becomes of a record or action */
		    SESSION_SHOW, /* it is shown, and done */
		    SESSION_SKIP, /* it is not */
		    SESSION_ABORT /* the round ends with an error */
};
/* All may be NULL. Texts are without "dtrace: " and newline, save those of .text. */
struct session_ops {
	int (*error)(void *arg, const struct session_error *error); /* non-zero ends the round */
	int (*drop)(void *arg, const struct session_drop *drop);    /* the same */
	int (*warning)(void *arg, const char *text); /* "buffer size lowered to 1m" .. */
	/* Takes the text instead of a descriptor, in pieces: each with what made it. -1 when it cannot. */
	int (*text)(void *arg, const struct session_text *text);
	enum session_then (*record)(void *arg, const struct session_record *r);
	/* Before each action, and with action NULL at the end of the record. */
	enum session_then (*action)(void *arg, const struct session_record *r,
				    const struct session_action *a);
	/* setopt() has changed an option. */
	int (*option)(void *arg, const char *name, int64_t before, int64_t now);
	/* freopen(name) where .text takes the text; name NULL: ftruncate(). -1 when it cannot. */
	int (*file)(void *arg, const char *name);
	void *arg;
	bool explain; /* a second line says what helps, at the first drop of each kind */
	bool bare; /* neither the heading, nor "CPU ID FUNCTION:NAME" before a record, nor a newline
			 after it: the caller prints these */
};
void session_set_ops(struct session *s, const struct session_ops *ops); /* before session_go() */
void session_set_fd(struct session *s, int fd); /* where text goes; 1 at first */

int session_go(struct session *s, struct err *e);
enum session_wait { SESSION_WAIT_MORE, SESSION_WAIT_DUE, SESSION_WAIT_SIGNAL };
/* Waits a little, at most until the next round is due; runs ticks that are due. SESSION_WAIT_DUE when
 * session_work() has something to do, SESSION_WAIT_SIGNAL when a signal came. */
enum session_wait session_sleep(struct session *s);
enum session_status { SESSION_ERROR = -1, SESSION_OKAY, SESSION_DONE };
/* One round, if it is due: snapshot, records, drops. SESSION_DONE after exit() or session_stop(),
 * when everything has been shown. */
enum session_status session_work(struct session *s, struct err *e);
enum session_state {
	SESSION_IDLE,
	SESSION_TRACING,
	SESSION_EXITED,
	SESSION_FILLED,
	SESSION_STOPPED,
	SESSION_KILLED /* nobody has looked at it for too long (option deadman) */
};
enum session_state session_state(const struct session *s); /* of the kernel's side, now */
/* Stops tracing and runs END; the next session_work() is the last. */
int session_stop(struct session *s, struct err *e);
/* For a loop that waits for other things as well: descriptors to poll for input, at most max; returns
 * the number of them. None of them may be closed. */
int session_fds(struct session *s, int *fds, int max);
/* Does what has come, without waiting: ticks, processes that have begun. session_work() is due when it
 * says so; data that waits in buffers has no descriptor: *look_ns is the longest to wait before asking
 * again. */
enum session_wait session_tend(struct session *s, uint64_t *look_ns);
/* Ends a line that an interrupt may have cut. */
void session_newline(struct session *s);
int session_exit_status(const struct session *s);
/* What dtrace prints at the end: the newline and the aggregations that no printa() showed. */
int session_finish(struct session *s);

/* ---- targets: -c and -p ---- */

/* Starts a command, held until session_go(), ended by session_free(). The first target is $target. */
pid_t session_create(struct session *s, const char *command, struct err *e);
/* The same with its words apart; file is looked for in PATH. Its environment is ours, as options setenv and
 * unsetenv have changed it. */
pid_t session_spawn(struct session *s, const char *file, char *const *argv, struct err *e);
int session_grab(struct session *s, pid_t pid, struct err *e);
/* Number of targets that still live; sets *gone to one that has ended since the last call, or 0. */
unsigned session_targets(struct session *s, pid_t *gone);
/* How a created target ended, as wait(2) has it; 0 when that is not known. */
int session_target_status(const struct session *s, pid_t pid);
/* No target any more; a created one runs on. */
void session_release(struct session *s, pid_t pid);

/* ---- symbols ---- */

struct session_symbol {
	const char *object, *name; /* "vmlinux", "vfs_read"; name NULL: only the object is known */
	uint64_t start, size;
};
/* Of the kernel. -1 and *e when nothing is known of the address, or the name. */
int session_symbol_at(struct session *s, uint64_t address, struct session_symbol *out,
		      struct err *e);
int session_symbol_named(struct session *s, const char *object, const char *name,
			 struct session_symbol *out, struct err *e);
/* Of a process, gone or not, as far as it was looked at. */
int session_user_symbol_at(struct session *s, pid_t pid, uint64_t address,
			   struct session_symbol *out, struct err *e);
struct session_type {
	const char *name; /* as written */
	uint64_t size;
};
/* A type of the D language, its libraries or the kernel: "struct task_struct", "pid_t". -1 and *e when
 * there is none of that name, or it has no size. */
int session_type_named(struct session *s, const char *name, struct session_type *out,
		       struct err *e);
/* The type of a variable or function of the kernel, as D has it. -1 and *e when it is not known. */
int session_symbol_type(struct session *s, const char *object, const char *name,
			struct session_type *out, struct err *e);
/* "vmlinux`vfs_read+0x10"; pid 0 for the kernel. Returns the length as snprintf does. */
size_t session_address_text(struct session *s, pid_t pid, uint64_t address, char *out, size_t n);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
