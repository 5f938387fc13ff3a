/*
 * image.h - the program image: what the compiler hands to the loader and the consumer
 *
 * Instructions with relocations, map specifications, attach points and the decode plan. It is self-contained: neither
 * the loader nor the consumer needs the AST, and every pointer lies in the arena of the compilation.
 *
 * ---- Maps that every image has (indexes are fixed; a map with value_size 0 is not made) ----
 *
 *  IMAGE_MAP_GLOB     array[1], mmapable: run-time state (below), D globals, read-only data. Addressed directly.
 *  IMAGE_MAP_SCRATCH  per-CPU array[1], or array[ncpu] when too large for that: per CPU, one region for each program (the kernel lets a program run only once at a time on a
 *		       CPU, so a region has one user); never mapped.
 *  IMAGE_MAP_BUF      array[ncpu], mmapable: the principal buffer of a CPU.
 *  IMAGE_MAP_AGG      array[ncpu], mmapable: aggregation cells and tables of a CPU.
 *  IMAGE_MAP_SELF     task storage: all thread-local scalars in one struct (hash keyed by task where task storage is missing).
 *  IMAGE_MAP_PROCS    hash: process id -> what it maps to execute (struct image_proc), for user stacks.
 *  IMAGE_MAP_ROWS     array[1], mmapable: struct image_unwind_row, the tables of all files one after the other.
 *  IMAGE_MAP_CODES    hash: code of an interpreter (struct image_code_key) -> its names, put there by programs.
 *  IMAGE_MAP_FIRST..  hashes for associative arrays, one each, or (lower/assoc.c) of several.
 *
 * ---- GLOB, from byte 0 (struct image_state) ----
 * ---- BUF, one element ----
 *
 *	offset	size	meaning
 *	0	8	head: bytes ever reserved (atomic add)
 *	8	8	drops: records that found no room, principal buffer
 *	16	8	bytes reserved for aborted records (statistics)
 *	24	8	chill(): when the second began in which it has spun on this CPU, ns since the machine started
 *	32	8	for how many ns in that second
 *	64	8	tail: bytes ever consumed; written by the consumer only
 *	128	N	data ring, N = bufsize, a power of two; a record at position p starts at 128 + (p & (N - 1))
 *	128+N	slack	records that start before the end run on into it, so none ever wraps
 *
 * Record (8-aligned, total size a multiple of 8, known from its segment):
 *
 *	0	8	commit word: position + 1 once complete; position + 1 | 1 << 63 when aborted (fault, or discarded): skip it.
 *			Anything else: not complete yet
 *	8	8	stamp: order of records over all CPUs (a global sequence number, or ns when IMAGE_STAMP_CLOCK)
 *	16	4	segment id (index into plan.segs)
 *	20	4	probe id
 *	24	..	data as plan.segs[id] describes
 *
 * Room check: head - tail + size <= N - a reserve (an eighth, at most 16 KiB) for writers that interrupt each other between
 * the check and the reservation, so that none can overrun the reader.
 *
 * ---- AGG, one element ----
 *	0	8	aggregation drops (table full) on this CPU
 *	8	8	not 0: a generation is filling up (set by programs, cleared by the consumer)
 *	64..		cells of aggregations without keys (plan_agg.offset), tables of keyed ones
 *
 * Table: one generation of slots, or (plan_agg.turns, where keys may be ever new) two behind this head of IMAGE_TURN_BYTES:
 *
 *	0	8	turn: which one programs fill, 0: the first, ~0: the second; written by the consumer
 *	8	8 each	of each generation: updates under way in programs that may sleep
 *
 * The consumer turns to the other generation before one is full. When no program can be at work on the former any more (a grace
 * period of RCU, and no sleeper under way), it takes over what that has and empties it.
 *
 * Generation: nslots (power of two) entries of entry_bytes: tag u64 (0 free, 1 being filled, else hash | 2), key bytes padded to 8,
 * cell. A key may stand in several slots (a slot being filled is passed over), and in both generations: the consumer adds them up.
 * Probe sequence: linear, at most IMAGE_AGG_PROBES steps, then a drop. Behind the entries stands which slots are taken, in the
 * order in which they were:
 *
 *	0	8	how many, at most nslots
 *	8	4 each	a slot's number + 1; 0: it is just being written down
 *
 * so that what is empty need not be looked at.
 *
 * Cells, words of 8 bytes, only ever counting up (min and max aside):
 *	count: n		sum: sum		avg: n, sum
 *	min, max: n, value ^ plan_agg_extreme_mask(): the greatest of these as unsigned numbers
 *	stddev: n, sum, sum of squares low, high	quantize: 127 buckets (see plan_agg)
 *	(a cell may end in one word more than its function needs, counting updates: a sum without keys has it)
 *	lquantize: levels + 2 buckets (below, levels, above)	llquantize: all buckets
 */
#ifndef BPF_IMAGE_H
#define BPF_IMAGE_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	IMAGE_MAP_GLOB,
	IMAGE_MAP_SCRATCH,
	IMAGE_MAP_BUF,
	IMAGE_MAP_AGG,
	IMAGE_MAP_SELF,
	IMAGE_MAP_PROCS,
	IMAGE_MAP_ROWS,
	IMAGE_MAP_CODES,
	IMAGE_MAP_FIRST,
};
enum {
	IMAGE_BUF_HEAD = 0,
	IMAGE_BUF_DROPS = 8,
	IMAGE_BUF_ABORTED = 16,
	IMAGE_BUF_CHILL_SINCE = 24,
	IMAGE_BUF_CHILLED = 32,
	IMAGE_BUF_TAIL = 64,
	IMAGE_BUF_DATA = 128
};
enum {
	IMAGE_REC_COMMIT = 0,
	IMAGE_REC_STAMP = 8,
	IMAGE_REC_SEG = 16,
	IMAGE_REC_PROBE = 20,
	IMAGE_REC_DATA = 24
};
enum { IMAGE_AGG_DROPS = 0, IMAGE_AGG_CROWDED = 8, IMAGE_AGG_CELLS = 64, IMAGE_AGG_PROBES = 256 };
enum { IMAGE_TURN = 0, IMAGE_TURN_SLEEPERS = 8, IMAGE_TURN_BYTES = 64 };
enum { IMAGE_MAX_SPECULATIONS = 1024 };

/* Tracing states, as dtrace has them. Every program but BEGIN's and END's returns at once unless ACTIVE. */
enum image_activity {
	ACT_INACTIVE,
	ACT_WARMUP,
	ACT_ACTIVE,
	ACT_DRAINING,
	ACT_COOLDOWN,
	ACT_STOPPED,
	ACT_KILLED /* nobody has looked at it for too long */
};

enum { IMAGE_BEGUN = 16 };
struct image_state {	   /* at byte 0 of GLOB; shared with running programs: access atomically */
	uint32_t activity; /* enum image_activity */
	uint32_t exiting;  /* set by exit(): 1 */
	int32_t exit_status;
	uint32_t pad0;
	uint64_t dyn_drops; /* associative arrays: no room */
	uint64_t dyn_rinse, dyn_dirty;
	uint64_t spec_drops;   /* speculative buffer full */
	uint64_t spec_busy;    /* speculation(): all buffers busy (committing or discarding) */
	uint64_t spec_unavail; /* speculation(): no buffer free */
	uint64_t errors;       /* faults reported */
	uint64_t str_truncated;
	uint64_t stk_overflow;
	uint64_t wall_offset; /* CLOCK_REALTIME minus CLOCK_MONOTONIC in ns, kept by the consumer */
	uint64_t missed;      /* firings of user probes that found no scratch memory free */
	uint64_t groups_made; /* control groups and zones, while zones are asked for */
	/* What programs read as variables of the classic kernel, kept by the consumer while struct image says so: load averages of 1, 5
	 * and 15 minutes times 65536, the newest process id */
	int32_t avenrun[3], mpid;
	uint64_t seq; /* at 128: the stamp counter, on its own cache line */
	uint64_t pad2[7];
	/* at 192, while zones are asked for: how many processes have begun that may be zones, and the last of them: process n (from 0)
	 * at n modulo IMAGE_BEGUN, as its number | (n + 1) << 32 */
	uint64_t nbegun, begun[IMAGE_BEGUN];
	uint64_t freemem, physmem, pagesize; /* pages that are free, all; bytes of one */
	uint32_t ncpus, ncpus_online;
	uint64_t dbl_errors; /* faults in clauses of ERROR, which fire nothing more */
	uint64_t unwatched;  /* firings of kern/deadman.h since the consumer has looked */
	uint64_t pad3;
	/* at 384, for each speculation: a u32 state, bit 0 set while it is active, the others its generation, which changes
	 * when it is committed or discarded; and a u32, the bytes that it holds */
	uint32_t spec[];
};

/* ---- PROCS and ROWS: how user stacks are walked; written by the session, read by programs ---- */

/* How the caller's stack pointer (CFA) is found. The return address lies 8 bytes below it. */
enum image_unwind_cfa {
	UNWIND_NONE, /* nothing is known: as code with frame pointers */
	UNWIND_RSP,  /* rsp + cfa_offset */
	UNWIND_RBP,  /* rbp + cfa_offset */
	UNWIND_DEREF_RBP, /* *(rbp + cfa_offset), and the caller's rbp at *rbp: functions that align their stack */
	UNWIND_PLT, /* rsp + 8, and 8 more from byte 11 of each 16 on: how linkers describe a PLT */
	UNWIND_SIGNAL, /* the kernel's frame of a signal, at rsp */
	UNWIND_END,    /* the outermost frame */
};
struct image_unwind_row {
	uint32_t pc; /* address in the file's own address space; holds until the next row's */
	int32_t cfa_offset;
	int32_t rbp_offset; /* the caller's rbp lies at CFA + this; 0: it is still in rbp */
	uint32_t cfa;	    /* enum image_unwind_cfa */
};
struct image_unwind_map { /* sorted by start */
	uint64_t start, end;
	uint64_t bias;	     /* address in the process - bias = address in the file */
	uint32_t row, nrows; /* of ROWS */
};
enum { IMAGE_UNWIND_MAPS = 128, IMAGE_UNWIND_PROCS = 8192, IMAGE_UNWIND_FRAMES = 127 };
/* Byte offsets within CPython's structures, as the version that a process runs has them (sym/python.h). */
struct image_python_layout {
	uint16_t interpreters; /* of the runtime: the first interpreter */
	uint16_t threads;      /* of an interpreter: its first thread */
	uint16_t thread_next, thread_id;
	uint16_t thread_frame;	      /* the innermost frame, or what points to it */
	uint16_t pointed, is_pointed; /* then: where in that; whether it is so */
	uint16_t frame_code, frame_previous;
	uint16_t frame_mark; /* a byte: where a call of the interpreting function begins */
	uint16_t
	    stand_in; /* it does at frames with this mark, which are no function's; 0: at those that have one */
	uint16_t code_line, code_file, code_name;
	uint16_t ascii_text, utf8, text; /* of a string: its characters, by kind */
	uint16_t pad[3];
};
/* A process that runs CPython: its frames take the place of those of the function that interprets
 * them. All zero: it does not. */
struct image_python {
	uint64_t runtime;	   /* address of _PyRuntime */
	uint64_t eval, eval_bytes; /* the function that interprets */
	struct image_python_layout at;
};
/* A frame of a user stack that is no address but code of an interpreter: bit 63 is set. */
#define IMAGE_FRAME_CODE (1ull << 63)
enum { IMAGE_CODE_LINE_SHIFT = 48 };
struct image_code_key {
	uint64_t pid, code; /* its address, and from bit 48 on the low bits of its line */
};
/* A text as it was found: bytes to a NUL, UTF-8 (kind 0) or Latin-1 (1), or `units` of 2 or 4 bytes (2, 4). */
struct image_text {
	uint8_t kind, units;
};
struct image_code {
	uint32_t line; /* where the function begins */
	struct image_text file_is, name_is;
	char file[112], name[72];
};
enum { IMAGE_CODES = 16384 };
struct image_proc {
	uint32_t nmaps, pad;
	struct image_python python;
	struct image_unwind_map maps[IMAGE_UNWIND_MAPS];
};

/* ---- zones_map: the zones that are up ----
 *
 * key: struct zone_key of the outermost pid namespace below the system's, or of the network namespace of its first process;
 * or a number with one of these bits
 * value: struct zone_event. Both as base/zone_event.h has them; written by the session and by programs (provider/zone.c)
 */
#define IMAGE_ZONE_LEGACY                                                                          \
	(1ull << 59) /* the same of a control group of version 1: container_legacy() */
#define IMAGE_ZONE_PROCESS (1ull << 60) /* a process of the system's pid namespace that is a zone */
#define IMAGE_ZONE_GROUP                                                                           \
	(1ull                                                                                      \
	 << 61) /* the same of a control group of version 2; ZONE_EVENT_MIXED: some processes in it are */
#define IMAGE_ZONE_SUPERVISOR (1ull << 62) /* the process that looks after a zone of ours */
#define IMAGE_ZONE_EVENT      (1ull << 63) /* a CPU: the event that it is at */
enum { IMAGE_ZONES = 16384 };

/* ---- sockets_map: whose sockets are ----
 *
 * key: struct image_socket_key	value: struct image_socket. Written by programs (provider/sockets.c), which tell how, and
 * (SOCKET_BY_INODE, SOCKET_LISTENER) by the session, of what there was before
 */
enum image_socket_kind {
	SOCKET_BY_ADDRESS, /* number: the address of a struct sock */
	SOCKET_BY_INODE,   /* number: of its inode */
	SOCKET_LISTENER, /* number: local port | address family << 16; its network and local address */
};
struct image_socket_key {
	uint32_t kind, net; /* net: number of the network namespace */
	uint64_t number;
	uint32_t local[4]; /* network order; an address of IPv4 is the first word */
};
struct image_socket {
	uint64_t inode; /* 0: not known, the socket has not been given to a process */
	uint32_t pid;	/* 0: not known, or the kernel's own */
	uint32_t pad;
};
enum { IMAGE_SOCKETS = 1 << 16 };

enum image_map_kind { MAP_KIND_ARRAY, MAP_KIND_HASH, MAP_KIND_TASK_STORAGE, MAP_KIND_PERCPU_ARRAY };
struct image_map {
	enum image_map_kind kind;
	const char *name;
	uint32_t key_bytes, value_bytes, entries;
	bool mmapable, prealloc;
	bool value_timer; /* value begins with a struct bpf_timer */
	bool value_task;  /* value begins with a counted pointer to a struct task_struct */
};

/* How the loader hangs a program up. */
enum attach_kind {
	ATTACH_NONE,
	ATTACH_CALLED, /* BEGIN, END, ERROR by hand: run by BPF_PROG_TEST_RUN */
	ATTACH_RAW_TP, /* raw tracepoint `target` */
	ATTACH_TP_BTF, /* the same, typed arguments */
	ATTACH_PERF_CLOCK, /* cpu-clock perf event; param = period in ns; every CPU (or the one of option cpu) */
	ATTACH_PERF_EVENT, /* counter of event `target` (EVENT-MODE), every `param` events; CPUs as above */
	ATTACH_TICK, /* once for the whole host every `param` ns: bpf_timer, or timerfd and test run */
	ATTACH_KPROBE, /* functions of `kprobes`: when they are called, or (param) return. One link for all, or one each */
	ATTACH_FENTRY,	     /* kernel function `target`, known to BTF: typed arguments */
	ATTACH_FEXIT,	     /* the same as it returns */
	ATTACH_UPROBE_MULTI, /* the places of `files`: one link each, or one perf event for each place */
};
/* A place in a file where a program of user probes hangs. */
struct image_uprobe {
	uint64_t offset;    /* in the file */
	uint64_t cookie;    /* what the program is told */
	uint64_t semaphore; /* offset of the 16-bit counter of those who look; 0: none */
	const char *name;   /* for messages: "entry probe for 'main'" */
};
/* Places of one file. */
struct image_uprobes {
	int fd;		  /* of the file; the provider's */
	const char *file; /* for messages */
	uint32_t pid;	  /* fire in this process only; 0: in all that run the file */
	bool ret;	  /* when the function returns that begins there */
	struct image_uprobe *at;
	uint32_t n;
};
/* A function of the kernel where a program hangs. */
struct image_kprobe {
	uint64_t addr;
	uint64_t cookie;  /* what the program is told */
	const char *name; /* for messages */
};
struct attach_point {
	enum attach_kind kind;
	const char *target;
	uint64_t param;
	const struct image_uprobes *files;
	uint32_t nfiles;
	const struct image_kprobe *kprobes;
	uint32_t nkprobes;
};

enum image_reloc_kind { RELOC_MAP, RELOC_MAPVAL, RELOC_KFUNC };
struct image_reloc {
	uint32_t insn; /* index into insns */
	enum image_reloc_kind kind;
	uint32_t index;	 /* map */
	const char *sym; /* kernel function */
};
struct image_line {
	uint32_t insn, line; /* D line of this and the following instructions */
	const char *comment; /* or NULL */
};
/* What the verifier has to know of a function that it looks at by itself. */
struct image_abi {
	bool is_global;
	uint8_t nparams;
	uint32_t pointee[5]; /* bytes that a parameter points to, 0: a number */
};
struct bpf_insn;
struct image_prog {
	const char *name;
	struct attach_point attach;
	struct bpf_insn *insns;
	uint32_t ninsns;
	VEC(struct image_reloc) relocs;
	VEC(struct image_line) lines;
	VEC(uint32_t) funcs; /* first instruction of each function; funcs[0] is 0 */
	VEC(const char *) func_names;
	VEC(struct image_abi) abis;
	bool has_callbacks; /* or global functions: needs BTF function info */
	bool sleepable;
	uint32_t stack_bytes;
};

/* ---- decode plan ---- */

enum plan_enc {
	ENC_INT,    /* integer of `size` bytes, is_signed */
	ENC_STR,    /* NUL-terminated text in `size` bytes */
	ENC_STRID,  /* 4 bytes: index into plan.strings */
	ENC_BYTES,  /* raw bytes: a struct, an array, tracemem */
	ENC_KSTACK, /* u64 frames[size / 8], 0-terminated when shorter */
	ENC_USTACK, /* u64 tgid, u64 frames[size / 8 - 1] */
	ENC_KADDR,  /* u64 address: sym(), mod(), func() */
	ENC_UADDR,  /* u64 tgid, u64 address: usym() ... */
};
struct type;
struct plan_rec {
	enum plan_enc enc;
	bool is_signed;
	uint8_t action;	  /* for keys: plan_act ACT_SYM.. to print it by; else 0 */
	uint32_t offset;  /* from the start of the record (IMAGE_REC_DATA and up), or of the key */
	uint32_t size;	  /* bytes stored */
	uint32_t d_bytes; /* sizeof the D value (a string id of 4 bytes stands for strsize) */
	uint64_t arg; /* frames asked for; ustack: frames | strsize << 32; tracemem: length shown */
	const struct type
	    *type; /* D type of the value, for print(), printf checks and JSON; may be NULL */
};

enum plan_act {
	PACT_NONE,
	PACT_TRACE,    /* recs[0]; prints as trace() */
	PACT_PRINTF,   /* format, recs */
	PACT_PRINTA,   /* format or NULL, aggs */
	PACT_TRACEMEM, /* recs[0] bytes, optional recs[1] = dynamic length */
	PACT_PCAP, /* recs: bytes of a packet, how many are there, length of the packet, walltimestamp, protocol */
	PACT_PRINT, /* recs[0] bytes of recs[0].type, with its name */
	PACT_STACK,
	PACT_USTACK,
	PACT_JSTACK,
	PACT_SYM,
	PACT_MOD,
	PACT_FUNC,
	PACT_USYM,
	PACT_UMOD,
	PACT_UFUNC,
	PACT_UADDR,
	PACT_EXIT,    /* recs[0] = status */
	PACT_SYSTEM,  /* format, recs: destructive, done by the consumer */
	PACT_FREOPEN, /* format, recs */
	PACT_FTRUNCATE,
	PACT_CLEAR,	/* aggs[0] */
	PACT_TRUNC,	/* aggs[0], optional recs[0] = how many (absent: all) */
	PACT_NORMALIZE, /* aggs[0], recs[0] */
	PACT_DENORMALIZE,
	PACT_SETOPT, /* recs[0] name, optional recs[1] value */
	PACT_SPECULATE, /* recs[0] = speculation, its state << 32; the rest of the record belongs to it. 0: throw it away */
	PACT_COMMIT,
	PACT_DISCARD, /* recs[0] as above */
	PACT_RAISE,
	PACT_STOP,
	PACT_CHILL,
	PACT_BREAKPOINT,
	PACT_PANIC,   /* done in the kernel; no data */
	PACT_DEFAULT, /* the clause had no action: prints the header line alone */
	PACT_ERROR, /* a fault: recs = epid, action, offset, fault, address (all u64); see plan_fault */
};

/* Fault codes as dtrace publishes them: arg4 of ERROR. */
enum plan_fault {
	FLT_UNKNOWN,
	FLT_BADADDR,
	FLT_BADALIGN,
	FLT_ILLOP,
	FLT_DIVZERO,
	FLT_NOSCRATCH,
	FLT_KPRIV,
	FLT_UPRIV,
	FLT_TUPOFLOW,
	FLT_BADSTACK,
	FLT_LIBRARY = 1000 /* in the consumer: no action of the kernel's, no ERROR */
};

struct plan_action {
	enum plan_act act;
	const char *format; /* PRINTF, PRINTA, SYSTEM, FREOPEN; decoded escapes */
	VEC(struct plan_rec) recs;
	VEC(uint32_t) aggs; /* aggregation ids */
};

/* A straight piece of a clause that records: what dtrace calls an enabled control block. */
struct plan_seg {
	uint32_t id; /* index */
	uint32_t
	    epid; /* enabled probe id, as dtrace counts: 1.. over all clauses and their probes */
	uint32_t bytes; /* whole record */
	uint32_t line;	/* of the clause */
	bool is_begin_or_end, is_end;
	bool is_error_record; /* made on a fault, not by a clause */
	VEC(struct plan_action) actions;
};

/* What dtrace needs for the same record: 12 bytes of head, then each value at its own size and alignment, strings in
 * full. specsize and the buffers of fill and ring count by it. 0 when nothing is stored. */
static inline uint32_t plan_seg_dtrace_bytes(const struct plan_seg *s)
{
	uint32_t n = 12;
	bool stores = false;
	for (size_t i = 0; i < s->actions.n; i++) {
		const struct plan_action *a = &s->actions.at[i];
		bool here = a->act < PACT_SPECULATE || a->act > PACT_PANIC;
		stores |= here;
		if (here && a->recs.n == 0 && a->act != PACT_DEFAULT) /* dtrace stores a number */
			n = (n + 7) / 8 * 8 + 8;
		for (size_t k = 0; k < a->recs.n && a->act < PACT_SPECULATE; k++) {
			uint32_t size = a->recs.at[k].d_bytes;
			uint32_t align = size == 2 || size == 4 || size == 8 ? size : 1;
			n = (n + align - 1) / align * align + size;
		}
	}
	return stores ? n : 0;
}

enum agg_func {
	AGG_COUNT,
	AGG_SUM,
	AGG_AVG,
	AGG_MIN,
	AGG_MAX,
	AGG_STDDEV,
	AGG_QUANTIZE,
	AGG_LQUANTIZE,
	AGG_LLQUANTIZE
};
struct plan_agg {
	uint32_t id;
	const char *name; /* without @; "_" for the anonymous one */
	enum agg_func func;
	bool is_signed; /* of the value aggregated: min/max */
	/* lquantize: base, limit, step; llquantize: factor, low, high, nsteps */
	int32_t base, limit;
	uint16_t step, factor, low, high, nsteps;
	uint32_t ncells; /* u64 words of a cell */
	uint32_t offset; /* in an element of AGG: the cell, or the table */
	bool keyed, turns;
	uint32_t nslots, entry_bytes, key_bytes; /* keyed: key_bytes is padded to 8 */
	VEC(struct plan_rec) keys;		 /* offset within the key */
	uint32_t line;
};

/* Where it stands which slots of a generation are taken, from its start. */
static inline uint64_t plan_agg_taken(const struct plan_agg *a)
{
	return (uint64_t)a->nslots * a->entry_bytes;
}

static inline uint32_t plan_agg_ngens(const struct plan_agg *a)
{
	return a->turns ? 2 : 1;
}

static inline uint64_t plan_agg_gen_bytes(const struct plan_agg *a)
{
	return (plan_agg_taken(a) + 8 + (uint64_t)a->nslots * 4 + 63) & ~63ull;
}

/* Where a generation begins, from the start of the table. */
static inline uint64_t plan_agg_gen(const struct plan_agg *a, uint32_t gen)
{
	return (a->turns ? IMAGE_TURN_BYTES : 0) + gen * plan_agg_gen_bytes(a);
}

static inline uint64_t plan_agg_table_bytes(const struct plan_agg *a)
{
	return plan_agg_gen(a, plan_agg_ngens(a));
}

/* Orders values of min and max as unsigned numbers, the one to be kept last; a cell of zeroes is below all. Its own inverse. */
static inline uint64_t plan_agg_extreme_mask(enum agg_func func, bool is_signed)
{
	uint64_t sign = is_signed ? 1ull << 63 : 0;
	return func == AGG_MIN ? ~sign : sign;
}

struct plan_probe {
	uint32_t id;
	const char *provider, *module, *function, *name;
};

struct plan {
	VEC(struct plan_seg) segs;
	VEC(struct plan_agg) aggs;
	VEC(const char *) strings;     /* by string id */
	VEC(struct plan_probe) probes; /* those enabled, sorted by id */
	uint32_t strsize;
	uint32_t nspec, specsize;
};

struct image {
	struct arena *arena;
	VEC(struct image_map) maps;
	VEC(struct image_prog) progs;
	struct plan plan;
	uint32_t ncpu;
	uint32_t zones_map;   /* 0: no program asks for zones */
	uint32_t sockets_map; /* 0: no program asks whose a socket is */
	uint32_t glob_bytes;
	void *
	    glob_init; /* first contents of GLOB from byte 0 (struct image_state is zero), glob_bytes long; NULL: zeros */
	uint64_t buf_bytes; /* N above */
	uint32_t slack_bytes;
	bool stamp_clock;
	bool reads_host; /* a program reads what image_state has of the host */
	bool destructive;
	/* GLOB up to here is one for all images of a session: its state, the D globals. The rest is each
	 * image's own. */
	uint32_t shared_bytes;
	uint32_t next_epid;
};

#endif
