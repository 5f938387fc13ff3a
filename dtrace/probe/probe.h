/*
 * probe.h - probes, the registry that names them, and the interface of a provider
 *
 * A probe is (provider, module, function, name) and a number. Providers fill the registry lazily: a description that
 * names `syscall` never makes the tracepoint provider look at its thousands of probes. Numbers are stable within
 * a registry: dtrace:::BEGIN, END and ERROR are 1, 2 and 3, then each provider has a block reserved in a fixed order, so the same
 * kernel gives the same numbers whatever was asked for first.
 *
 * ---- How probes become programs ----
 * Each probe belongs to an attach site: one BPF program. Lower puts all clauses of all enabled probes of a site into
 * that program. A site with many probes (syscall entry) dispatches at run time: the provider's emit_dispatch() jumps to the label of
 * the group that the firing probe belongs to and leaves the probe's number in env->probe_id.
 *
 * ---- What a provider remembers between kernel events ----
 * A probe that tells how long something took, or who asked for it, needs to know of an earlier event. Its provider names a memory for it: a hash,
 * and companions, programs that fill it from other tracepoints. Lower puts both into the image when such a probe is enabled; the code that the
 * provider emits finds the number of the map in env->memory.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "dtrace/probe/stability.h"

#include <stdbool.h>
#include <stdint.h>

struct ir_func;
struct provider;
struct emit_env;
struct types;
struct type;
struct btf;
struct features;     /* kern/features.h */
struct attach_point; /* bpf/image.h */

struct probe {
	uint32_t id;
	const char *provider, *module, *function, *name; /* "" where a part is empty */
	struct provider *impl;
	uint64_t data;	/* the provider's own */
	uint32_t round; /* registry_round() when it was found */
	bool alias;	/* its module goes by another name than its own: no pattern means it */
	bool
	    to_come; /* stands for those of processes that do not run yet: neither listed nor counted; its
			* provider is without the number of the process, which is told as it fires */
};

/* A typed argument, args[n]. */
struct probe_arg {
	const char *type;  /* C spelling as -lv shows it */
	const char *name;  /* parameter name or NULL */
	const char *xtype; /* translated to this type (a translator must exist), or NULL */
	uint32_t native;   /* which native argument it comes from */
	bool
	    of_caller; /* a pointer of the process that asks the kernel: userland, though it is not said */
	const char *why_not; /* it cannot be read: what to tell who names it; NULL: it can */
};

/* The program that a probe is traced by. Two probes with equal sites share it. */
struct probe_site {
	const char *name; /* of the program, e.g. "sys_enter" */
	int attach;	  /* enum attach_kind (bpf/image.h) */
	const char *target;
	uint64_t param;
	int ctx;	 /* enum probe_ctx: what the program's context is */
	unsigned source; /* of more_sites(): what env->source is to be */
};
enum probe_ctx {
	CTX_NONE,	/* test run, timer: no context */
	CTX_RAW_TP,	/* u64 args[] */
	CTX_TP_BTF,	/* the same, typed by the verifier */
	CTX_PERF_EVENT, /* struct bpf_perf_event_data: pt_regs first */
	CTX_PT_REGS,	/* uprobe */
	CTX_KPROBE,	/* the same in the kernel */
	CTX_FENTRY,	/* u64 args[], at their end the value returned; typed by the verifier */
};

/* Programs that run beside those of the probes, and the hash that they fill. */
struct probe_companion {
	const char *name;		    /* of the program */
	const char *tracepoint;		    /* attached with typed arguments: CTX_TP_BTF */
	void (*emit)(struct emit_env *env); /* the whole program; env->fail leaves it */
	/* In place of a tracepoint, user probes (CTX_PT_REGS): fills at->files, once all sites of the provider have theirs. */
	int (*attach)(struct provider *p, struct arena *a, struct attach_point *at, struct err *e);
	/* Function of the kernel whose call tells the same, for kernels without the tracepoint that let programs hang at functions: CTX_FENTRY. */
	const char *function;
	bool optional; /* left out where the kernel has no such tracepoint */
};
struct probe_memory {
	const char *name; /* of the map: at most 15 characters */
	uint32_t key_bytes, value_bytes, entries;
	const struct probe_companion *companions;
	uint32_t ncompanions;
	uint32_t
	    args; /* needed where a clause reads one of these native arguments, a bit each; 0: always */
	/* The hash's own locks make the events: while a CPU is in a companion or in emit_begin(), further ones there are passed over. */
	bool guarded;
	bool grows; /* large values, few at a time: memory for them is taken as they come */
};

/* What emit functions get. Lower owns it. */
struct emit_env {
	struct ir_func *f;
	struct arena *arena;
	struct btf *btf;		 /* kernel types; may be NULL */
	const struct features *features; /* may be NULL (golden tests: everything) */
	int ctx;			 /* register with the context */
	int ctx_kind;			 /* enum probe_ctx */
	/* emit_arg(): reads user memory to verified memory (a register), as copyin() does: waits for it where the
	 * program may, and is a fault of the clause where it cannot be read. */
	void (*user_read)(struct emit_env *env, int dst, unsigned bytes, int addr);
	/* emit_arg(): what cannot be had there is a fault of the clause. */
	void (*fault)(struct emit_env *env);
	int unnamed; /* register: not 0 when a probe to come fires; -1: the site has none */
	const struct probe_group *group; /* emit_arg(), emit_errno(): those that may have fired */
	int probe_id; /* register, or -1: set by emit_dispatch() of sites with many probes */
	int fail;     /* label: leave without firing (e.g. an unknown system call) */
	int subject; /* register with the thread that the probe is about, -1 = the current one; emit_enter() sets it */
	unsigned
	    source; /* of the probe's sites the one that is emitted: 0 the first, then those of more_sites() */
	bool looks_inside; /* as more_sites() had it */
	/* Register with the struct cgroup that pays for the event when a kernel thread makes it happen for others (it may be 0 at run
	 * time); emit_enter() sets it, NULL: the thread's own. */
	int (*charged)(struct emit_env *env);
	bool
	    want_probe_id; /* some clause of the site needs probe_id (records, probefunc of a shared group) */
	int frame
	    [4]; /* a provider's own frame objects, + 1; 0: not made yet. Its probes share them */
	bool typed; /* set: the raw tracepoint is to be attached with its types */
	bool plain; /* pointers that emit_arg() made are plain addresses, to be read by a helper */
	bool
	    anonymous; /* no clause asks which probe fired, or for its arguments: only that one did */
	int memory;    /* map of the site's struct probe_memory; -1: none */
	uint32_t zeroes; /* GLOB: a value of a memory that grows(), all zero */
	/* cached registers, -1 until made; valid where they dominate (made in the prologue) */
	int cache[16];
};

/* What a probe is the end of: begun at a typed tracepoint, in the thread whose doing it is. Begin and end know it by the address of the same object. */
struct probe_origin {
	const char *tracepoint;
	unsigned param;	    /* of that tracepoint: the object */
	unsigned end_param; /* of the probe's own: the object */
	bool
	    by_interrupts; /* interrupts begin it again: that changes nothing about whose it is, and memory for it must be there */
};

struct probe_group { /* probes of a site that run the same clauses */
	const struct probe **probes;
	uint32_t nprobes;
	int label;
};

struct registry;

/* A probe as the manual has it, whether or not this kernel can have it. */
enum { PROBE_DOC_ARGS = 10 };
struct probe_doc {
	const char *function, *name; /* capitals stand for what differs: EVENT-MODE-COUNT */
	const char *source;	     /* the kernel's events it is made from; NULL: Linux has none */
	const char *context;	     /* whose pid, execname and self-> variables it reports */
	const char *why_not;	     /* no source on Linux: why; else NULL */
	bool here;		     /* this kernel has it */
	int nargs;		     /* -1: they differ, or are not known */
	struct probe_arg args[PROBE_DOC_ARGS];
	const char *note; /* on the arguments, in place of args; or NULL */
};

enum { PROBE_SITES_MAX = 4 };

struct provider_ops {
	const char *name; /* provider name, or prefix for families such as profile */
	/* Adds every probe that could match the description (globs; NULL or "" = any) to the registry with registry_add(); may add more.
	 * Called once per distinct description; must not add a probe twice. */
	int (*provide)(struct provider *p, struct registry *r, const char *mod, const char *func,
		       const char *name, struct err *e);
	/* In its place for families, which have providers by name as they are asked for (pid1234): prov is
	 * the pattern of the provider's name, and `name` above only what tables call the family. */
	int (*provide_family)(struct provider *p, struct registry *r, const char *prov,
			      const char *mod, const char *func, const char *name, struct err *e);
	/* Is there more than when it was asked last, or was to provide probes? Then it is to provide what is new as well. NULL where
	 * that does not happen. */
	bool (*grew)(struct provider *p);
	/* With it: may the description mean what is to come? */
	bool (*may_grow)(struct provider *p, const char *mod, const char *func, const char *name);
	/* Before the sites of probes are asked for: how many probes (with clauses counted each) are to be enabled. NULL where
	 * that makes no difference. */
	void (*enabling)(struct provider *p, uint32_t nprobes);
	/* Site of a probe. */
	int (*site)(struct provider *p, const struct probe *probe, struct probe_site *out,
		    struct err *e);
	/* Sites that hang at many places: fills at->files or at->kprobes for the probes of the site that are used, in the order of
	 * their ids. NULL elsewhere. */
	int (*attach)(struct provider *p, struct arena *a, const struct probe *const *probes,
		      uint32_t n, struct attach_point *at, struct err *e);
	/* Further sites of a probe that several kernel events make: fills out (at most PROBE_SITES_MAX), returns how many there are. looks_inside:
	 * some clause asks for the stack or the memory of the thread that the probe is about, which can be had only where it runs.
	 * emit_enter() finds in env->source which one it is for, and sees to it that an event fires at one of them. May be NULL. */
	int (*more_sites)(struct provider *p, const struct probe *probe, bool looks_inside,
			  struct probe_site *out);
	/* Typed arguments: fills args (at most max), returns how many; -1 when they are unknown. */
	int (*args)(struct provider *p, const struct probe *probe, struct arena *a,
		    struct probe_arg *args, int max);
	/* Register with argument n (0..9) of a firing as uint64_t; -1 when there is none (reads as 0). */
	int (*emit_arg)(struct provider *p, struct emit_env *env, const struct probe *first,
			unsigned n);
	/* Argument n is a structure that came by value, not by its address. True: in registers, words[0] and, when it has
	 * more than 8 bytes, words[1]. False: emit_arg() is its address. NULL: the one for up to 8 bytes, the other beyond. */
	bool (*emit_struct)(struct provider *p, struct emit_env *env, const struct probe *first,
			    unsigned n, int words[2]);
	/* Sites with one probe: NULL. Jumps to groups[i].label for the probe that fires, or to env->fail. */
	void (*emit_dispatch)(struct provider *p, struct emit_env *env,
			      const struct probe_group *groups, uint32_t ngroups);
	/* For providers whose probes are conditions on a kernel event: several may fire from one event, one after the other in the order of
	 * their ids, so such a site has no emit_dispatch(). Emits the condition of one probe (jump to env->fail when it does not fire) and sets
	 * env->subject when the probe is about another thread than the current one. NULL elsewhere. */
	void (*emit_enter)(struct provider *p, struct emit_env *env, const struct probe *probe);
	/* What a probe needs remembered, or NULL; all probes of a site that need anything need the same. May be NULL. */
	const struct probe_memory *(*memory)(struct provider *p, const struct probe *probe);
	/* Sites with emit_enter(): what all of its probes need, once at the start; first is any of them. Registers may be left in env->cache.
	 * May be NULL. */
	void (*emit_begin)(struct provider *p, struct emit_env *env, const struct probe *first);
	/* Whether the probe is the end of something; then out tells its begin. May be NULL. The thread that began it becomes env->subject
	 * where a clause asks for anything of a thread. */
	bool (*origin)(struct provider *p, const struct probe *probe, struct probe_origin *out);
	/* The table of zones that are up (image.h, zones_map), of the one provider that keeps it; else NULL. */
	const struct probe_memory *zones;
	/* The table of whose sockets are (image.h, sockets_map), in the same way. */
	const struct probe_memory *sockets;
	/* Where errno stands after the probe fired: register, or -1 (then errno reads as 0). May be NULL. */
	int (*emit_errno)(struct provider *p, struct emit_env *env, const struct probe *first);
	void (*stability)(
	    struct provider *p,
	    struct stability *attrs /* [5]: provider, module, function, name, args */);
	/* ... of one probe, where they differ from probe to probe. May be NULL. */
	void (*probe_stability)(struct provider *p, const struct probe *probe,
				struct stability *attrs);
	const char *(*why_not)(struct provider *p, const char *func,
			       const char *name); /* reason a probe is missing here, or NULL */
	const char *(*why_no_family)(struct provider *p, const char *prov, const char *func,
				     const char *name); /* the same of a family */
	/* The documented probes: a table, or number i, from 0, false past the last. Neither: none is documented by name. */
	const struct probe_doc *docs;
	unsigned ndocs;
	bool (*document)(struct provider *p, unsigned i, struct probe_doc *out);
	void (*fini)(struct provider *p);
};

struct provider {
	const struct provider_ops *ops;
	void *data;
	uint32_t first_id; /* of its block */
	struct btf *btf;
	struct btf_modules *modules; /* those of the kernel; may be NULL */
	const struct features *features;
	struct arena *arena; /* of the registry */
};

/* ---- registry ---- */
struct registry *registry_new(struct arena *a, struct btf *btf, const struct features *features);
/* Modules of the kernel that providers may look into; before they are added. */
void registry_set_modules(struct registry *r, struct btf_modules *modules);
struct arena *registry_arena(struct registry *r);
/* From now on only probes for which fn is true are there: matching and numbers pass the others over. */
typedef bool registry_filter_fn(void *arg, const struct probe *p);
void registry_set_filter(struct registry *r, registry_filter_fn *fn, void *arg);
/* Gives back what providers hold besides memory (descriptors); before the arena goes. NULL is fine. */
void registry_fini(struct registry *r);
struct provider *registry_add_provider(struct registry *r, const struct provider_ops *ops,
				       uint32_t reserve_ids, void *data);
struct probe *registry_add(struct registry *r, struct provider *p, uint32_t offset_in_block,
			   const char *provider_name, const char *mod, const char *func,
			   const char *name, uint64_t data);
/* Families are asked again, for these processes only, as if they had not been; n 0: for all. The pids must stay. */
void registry_look_again(struct registry *r, const int32_t *pids, size_t n);
/* Does a provider say that it grew? Then that begins a new round: those that may are asked for probes again. */
bool registry_grew(struct registry *r);
/* May the description mean probes that such a provider will have? */
bool registry_may_grow(struct registry *r, const char *prov, const char *mod, const char *func,
		       const char *name);
uint32_t registry_round(const struct registry *r);
/* For provide_family(): is the process one to look at now? */
bool registry_looks_at(const struct registry *r, int32_t pid);
uint32_t registry_next_id(const struct registry *r); /* of the next probe of a family */
/* Does the pattern of a provider's name fit whatever process of this provider may come? */
bool probe_fits_any(const char *pattern, const char *base);
/* For provide_family(), before it fails: the tag of the diagnostic; a literal. */
void registry_set_tag(struct registry *r, const char *tag);
const char *registry_tag(const struct registry *r); /* of the last failure of registry_match() */
/* Every probe that matches (globs allowed, NULL or "" = any), sorted by id, in the arena. Returns how many (0 is no error). The modules that other systems'
 * kernels are (genunix, unix, kernel, mach_kernel) are vmlinux. */
int registry_match(struct registry *r, const char *prov, const char *mod, const char *func,
		   const char *name, struct probe ***out, struct err *e);
struct probe *registry_by_id(struct registry *r, uint32_t id, struct err *e); /* NULL: none */
/* The nearest existing descriptions, for "did you mean": up to n strings. */
int registry_nearest(struct registry *r, const char *prov, const char *mod, const char *func,
		     const char *name, const char **out, int n);
/* Documented probe number i of a provider, from 0; false past the last. */
bool provider_document(struct provider *p, unsigned i, struct probe_doc *out);
/* Provider number i, in the order in which they were added; NULL past the last. */
struct provider *registry_provider(struct registry *r, size_t i);
/* Why no probe matches a description: the reason, or the nearest names, or what providers there are; NULL: nothing to say. */
const char *registry_explain(struct registry *r, const char *prov, const char *mod,
			     const char *func, const char *name);
/* Calls fn for each documented probe of a description that this kernel does not have, with the reason. */
typedef void registry_missing_fn(void *arg, const char *prov, const struct probe_doc *doc,
				 const char *why);
void registry_each_missing(struct registry *r, const char *prov, const char *mod, const char *func,
			   const char *name, registry_missing_fn *fn, void *arg);
bool probe_is_glob(const char *pattern); /* does it match more than one text (empty and NULL do) */
const char *registry_provider_names(struct registry *r); /* "dtrace, syscall, ..." */
/* When no provider matches: a sentence that says so and names those there are; else NULL. */
const char *registry_no_provider(struct registry *r, const char *prov);
/* The first reason that a provider gives why it has no such probe here; NULL = none gives one. */
const char *registry_why_not(struct registry *r, const char *prov, const char *func,
			     const char *name);
bool probe_glob(const char *pattern,
		const char *text); /* * ? [a-z] [!x] \ ; an empty pattern matches all */

/* Stability of a probe: of provider, module, function, name and arguments. false: not told. */
bool probe_stability(const struct probe *p, struct stability *attrs);

#endif
