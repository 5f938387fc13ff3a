/* session_int.h - shared by the files of api/ */
#ifndef API_SESSION_INT_H
#define API_SESSION_INT_H

#include "dtrace/api/serve.h"
#include "dtrace/api/session.h"
#include "dtrace/api/unwind.h"
#include "dtrace/api/watch.h"
#include "dtrace/bpf/image.h"
#include "dtrace/builtin/options.h"
#include "dtrace/consume/aggregate.h"
#include "dtrace/consume/consume.h"
#include "dtrace/dlang/parse.h"
#include "dtrace/kern/execs.h"
#include "dtrace/kern/features.h"
#include "dtrace/kern/load.h"
#include "dtrace/kern/loads.h"
#include "dtrace/output/output.h"
#include "dtrace/sema/library.h"
#include "dtrace/sema/sema.h"
#include "dtrace/sym/symbols.h"
#include "dtrace/usdt/define.h"

struct session_program {
	struct session *session;
	struct sema_program typed;
};

/* records.c: what callbacks get to see. One record and one entry at a time: their values lie in arrays
 * that are made once for each clause and aggregation. */
struct view {
	struct session_action *actions;
	struct session_value *values; /* of all actions */
	uint32_t nactions;
};
struct agg_view {
	struct session_agg agg;
	struct session_value *keys;
};
struct views {
	struct view *clauses; /* by segment; NULL until session_go() */
	struct agg_view *aggs;
	struct session_record record;
	const struct consume_rec *of; /* whose record that is; NULL: none */
};

enum { MAX_TARGETS = 64, MAX_CHANGED = 64 };
struct target {
	pid_t pid;
	bool created, running, alive, told;
	bool stands; /* at an exec since, under ptrace */
	int pidfd;
	int status; /* of a created one that has ended, as wait(2) has it */
};

struct traced {
	pid_t pid;
	dev_t dev; /* of its program */
	ino_t ino;
	int64_t execs; /* so far */
	bool gone;
};

struct session {
	struct arena *arena;
	struct btf *btf;
	struct btf_modules *modules;
	struct features features;
	bool features_ready;
	struct types *types;
	struct registry *registry;
	struct options opts;
	struct diags diags;
	struct sema sema;
	bool sema_ready;
	struct libraries *libraries;
	const char *syslibdir;
	struct buf errors, bpflog, dump;
	VEC(struct sema_program *) enabled;
	bool oom; /* what was to be enabled found no room: nothing runs */
	struct symbols *syms;
	bool names_wanted; /* of user addresses */
	VEC(struct traced) traced;
	struct kern_execs *execs; /* of those; NULL: none is followed */
	uint64_t execs_seen;
	struct kern_loads *loads; /* loading.c; NULL: nobody waits */
	/* late.c */
	bool open;    /* probes may be found while it runs */
	bool follows; /* ... in whatever is mapped, so that is followed; else at an exec */
	bool open_modules, look_modules; /* the same of modules of the kernel; to be looked for */
	bool modules_grew;		 /* while what is new is enabled: there are */
	bool mapped; /* commands were let come as far as their libraries (targets_map()) */
	pid_t changed[MAX_CHANGED];
	unsigned nchanged;	   /* more than MAX_CHANGED: any process may have */
	uint32_t late_from;	   /* probes from this id on are new */
	struct watch *watch;	   /* serve.h; NULL: none yet */
	bool own_watch;		   /* nobody else has it */
	struct listener *mappings; /* NULL: not watched */
	struct zone_table *zones;  /* NULL: no program asks for them */
	struct unwind *unwind;	   /* NULL: no stack is walked by tables */
	bool unwind_told;	   /* that they found no room */
	/* running */
	struct image image;
	bool lowered;
	struct loaded *loaded;
	struct aggs *aggs;
	struct consume *consume;
	struct consume_window window; /* of the kernel arrays, for consume and aggs */
	struct output *output;
	struct output_opts out_opts;
	struct session_ops ops;
	struct session_sink sink;   /* serve.h */
	struct session_asker asker; /* who asks, if not we */
	struct session_limit limit;
	bool asked, limited;
	struct views views;    /* of records and aggregations, for ops and walks */
	unsigned drops_hinted; /* kinds of drops that were explained, one bit each */
	int out_fd;
	bool flame_elsewhere; /* it goes to the sink */
	FILE *flame;	      /* where the flame graph goes; NULL: none is wanted */
	struct buf stacks;    /* folded, for it */
	bool stopped, final_done, exited;
	bool aborted; /* a callback wants the round to end */
	bool hurried; /* runs at a higher priority since a buffer was filling */
	int exit_status;
	uint64_t switch_ns, status_ns, agg_ns, next_switch, next_status, next_agg;
	uint64_t misses;
	uint64_t watched_from; /* when the deadman begins; UINT64_MAX: it did, or never will */
	usdt_defs defined;     /* by session_define() */
	struct target targets[MAX_TARGETS];
	unsigned ntargets;
	struct tracer *tracer; /* of those that were created; NULL: none was */
	bool
	    target_named; /* some program has $target: it is about the targets, else about all processes */
};

int session_prepare(struct session *s,
		    struct err *e); /* types, registry, features: before the first compilation */
/* Everything wrong with a program: session_errors() has it, its first line is also *e. Returns -1.
 * text is what is quoted from, NULL = nothing. */
int session_report(struct session *s, const char *text, struct err *e);
/* The integer macros ($pid, $target, ...); m has room for 16. */
void session_macros(struct session *s, struct macro_var *m, size_t *n);
/* cpp.c: text after the C preprocessor, in the arena; NULL and *e. */
char *session_cpp(struct session *s, const struct session_source *src, size_t *len, struct err *e);
/* start.c */
bool session_keeps(const struct session *s); /* is output held back until tracing ends? */
void session_set_clock(
    struct session *s); /* what walltimestamp adds, as the time of day may step */
void session_tell_drop(struct session *s, const struct session_drop *d);
/* run.c: the consumer is there, as far as the deadman is concerned */
void session_look(struct session *s);
bool session_exiting(const struct session *s); /* has exit() fired? */
/* records.c */
int views_init(struct session *s, struct err *e); /* after lowering */
/* Keys and words are those of `from`; the next call for an entry of the same aggregation overwrites
 * the keys. */
void views_entry(struct session *s, const struct agg_entry *from, struct session_entry *out);
/* The callbacks of the output that session_ops wants. */
void records_hook(struct session *s, struct output_ops *oo);
/* sizes.c */
int sizes_lower(struct session *s, uint32_t ncpu, struct err *e); /* before lowering */
int sizes_check(const struct session *s, struct err *e);	  /* after it */
/* target.c */
void targets_release(struct session *s);
int targets_continue(struct session *s, struct err *e);
int targets_map(struct session *s, struct err *e);
void targets_look(struct session *s);
/* A command that has been stopped at an exec (kern/execs.h) comes as far as option evaltime says, and stands there. False: it is
 * no command of ours, or has ended. */
bool targets_stand(struct session *s, pid_t pid);
void targets_walk_on(struct session *s, pid_t pid); /* ... goes on */
/* evaltime.c: lets a process that stands at its exec come as far as option evaltime says */
int target_advance(pid_t pid, enum evaltime to, struct err *e);
/* Where a process is told to debuggers to have mapped libraries. False: it has no dynamic linker, or one that does not say so.
 * close(at->fd). */
bool target_linker(pid_t pid, struct kern_load_place *at);
/* traced.c: processes that an image has probes of their own for; what became of them */
void traced_note(struct session *s, const struct image *image);
void traced_note_targets(struct session *s); /* those whose next program may have some */
void traced_check(struct session *s);
bool traced_has_news(const struct session *s); /* some have called exec() */
void traced_end(struct session *s);	       /* no exec is followed any more */
/* loading.c: processes that wait until what they have loaded has been looked at */
void loading_watch_targets(struct session *s);
void loading_watch(struct session *s, pid_t pid); /* also anew, at another program */
void loading_forget(struct session *s, pid_t pid);
void loading_settle(struct session *s);
void loading_end(struct session *s);
/* late.c: probes that are found while tracing runs */
bool late_is_possible(const struct session *s);
bool late_modules_are_possible(const struct session *s);
bool late_after_exec(const struct session *s,
		     pid_t pid); /* its next program may have probes; 0: that of some process */
bool late_any_module(const struct session *s);
void late_note(struct session *s, pid_t pid); /* it maps something else than it did */
void late_settle(struct session *s);	      /* looks, and enables what is found */
/* session.c: an image for the clauses of p, which continues that of the session */
int session_lower_more(struct session *s, struct sema_program *p, struct image *out, struct err *e);
/* userspace.c */
/* Bytes that the tables for user stacks want, once programs are lowered that walk them; 0: none do. */
uint64_t userspace_survey(struct session *s);
void userspace_watch(struct session *s);    /* before the first probe fires */
void userspace_follow(struct session *s);   /* what is mapped, from now on */
void userspace_attached(struct session *s); /* once all programs are */
void userspace_catch_up(struct session *s);
void userspace_fini(struct session *s);
/* serve.c: what holds for others, once there is a registry; once there is an image */
void serve_prepare(struct session *s);
int serve_check(const struct session *s, struct err *e);
/* run.c */
/* What options say of the output, from now on. */
void session_read_options(struct session *s);
void session_run_fini(struct session *s);

#endif
