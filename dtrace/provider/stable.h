/*
 * stable.h - what the stable kernel providers share
 *
 * A provider is a table: one row a probe, with the tracepoint it is made from, the condition under which it fires, and its arguments. Probes on the
 * same tracepoint share a program and fire in the order of the rows. All are attached as typed raw tracepoints, so that the pointers that the kernel
 * passes can be followed without a helper call.
 */
#ifndef PROVIDER_STABLE_H
#define PROVIDER_STABLE_H

#include "dtrace/ir/ir.h"
#include "dtrace/probe/probe.h"

struct stable_arg {
	const char *type, *xtype, *name; /* as struct probe_arg */
	int (*emit)(
	    struct emit_env *env); /* its value; NULL: parameter `param` of the tracepoint */
	unsigned param;
};

/* Whose pid, execname, zonename and self-> variables are seen when a probe fires. */
enum stable_context {
	CONTEXT_CURRENT, /* the thread that runs, because it makes the event happen */
	CONTEXT_SUBJECT, /* the thread that the event is about, which is not the one that runs */
	CONTEXT_OWNER, /* the thread that asked for what is now done: an interrupt runs on any other */
	CONTEXT_NONE /* whatever thread the event interrupts: they mean nothing */
};

struct stable_probe {
	const char *name;
	const char *tracepoint; /* NULL: no source on Linux, for the reason in `why_not` */
	void (*enter)(
	    struct emit_env
		*env); /* condition and subject; NULL: always fires, in the current thread */
	const struct stable_arg *args;
	unsigned nargs;
	const char *why_not;
	const char *
	    fallback; /* tracepoint where the kernel lacks the first, with the same first parameters; or NULL */
	const char
	    *enumerator; /* what the kernel must have as well: enter() compares with it; or NULL */
	enum stable_context context;
	const struct probe_memory *memory; /* what happened before; NULL: it does not matter */
	void (*begin)(
	    struct emit_env
		*env); /* once for all probes of the tracepoint, before their enter(); or NULL */
	unsigned
	    nraw; /* args has so many rows when that is more than nargs: arg5, ... without a type, for translators */
	/* Tracepoints that make it as well, as far as the kernel has them: env->source is 1 for the first. */
	const char *more[PROBE_SITES_MAX];
	bool
	    inside; /* CONTEXT_SUBJECT: more[0] is one in the subject itself, used by programs that look inside only */
	bool
	    outside; /* CONTEXT_OWNER: those of more[] are not used by programs that look inside, nor where the kernel keeps no owners */
	/* CONTEXT_OWNER: tracepoints whose first parameter is the same object as this one's, in the thread that asks for it; the
	 * first that the kernel has counts. */
	const char *begins[2];
};

struct stable_provider {
	const char *name;
	const struct stable_probe *probes;
	unsigned nprobes;
	const char *
	    module; /* where the events are unless the kernel has them built in; attached untyped: pointers cannot be followed */
	bool
	    named_by_source; /* the function of a probe is its tracepoint: several may have one name */
	const struct probe_memory *zones, *sockets; /* as provider_ops has them */
};

enum { STABLE_BLOCK = 64 }; /* ids are reserved in such blocks */
/* Adds the provider; its probes are those whose tracepoint this kernel has. */
void provider_stable_add(struct registry *r, const struct stable_provider *table);

/* For enter and emit functions. */
int stable_param(struct emit_env *env, unsigned n); /* parameter n of the tracepoint, as it is */
/* *(base + offset of field in struct), size bytes; base is a typed pointer. 0 when the kernel has no such field. */
int stable_field(struct emit_env *env, int base, const char *strct, const char *field,
		 bool is_signed);
/* The same as a plain number, which the field of a pointer is to be for its bits to be looked at; leaves to `out` when it cannot
 * be read. Takes the provider's first frame object. */
int stable_read(struct emit_env *env, int base, const char *strct, const char *name, int out);
int stable_word(struct emit_env *env, int at, int out); /* the same of 8 bytes at an address */
int stable_bits(struct emit_env *env, int base, const char *strct,
		const char *field); /* the same of a bit-field */
/* Where a member lies, as what is to be loaded: bytes at offset, shifted right, the low bits kept (0: all). False when there is none. */
struct stable_place {
	int offset;
	unsigned bytes, shift, bits;
};
bool stable_place(struct emit_env *env, const char *strct, const char *field,
		  struct stable_place *at);
int stable_extract(struct emit_env *env, int loaded, const struct stable_place *at);

/* The memory of the probe. Keys and values are frame objects (ir_frame()) of the sizes that it has. */
/* Register with the address of the value, 0 when there is none. */
int stable_recall(struct emit_env *env, int key);
/* Sets it; where there is no room a dynamic variable drop is counted. */
void stable_remember(struct emit_env *env, int key, int value);
void stable_forget(struct emit_env *env, int key);

/* Address of a per-CPU variable of the kernel, this CPU's, as a plain number; leaves to `out` where it is not known. */
int stable_percpu(struct emit_env *env, const char *name, int out);

/* Conditions that several providers have; each leaves to env->fail when it does not hold. */
/* sched_switch: the thread that leaves could have gone on: preempted, or still runnable (a yield). */
void stable_switch_runnable(struct emit_env *env);
/* hrtimer_expire_entry: the timer is that of the CPU's clock tick. */
void stable_tick(struct emit_env *env);
/* sched_process_fork: the new thread makes a process of its own, or (thread) belongs to its parent's. */
void stable_forked(struct emit_env *env, bool thread);

#endif
