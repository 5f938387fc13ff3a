/*
 * lower_int.h - shared by the files of lower/
 *
 * `struct lower` is the whole image in the making, `struct lw` one function being emitted (a site's
 * program, or its error subprogram).
 *
 * Values: every integer is kept normalised, i.e. extended to 64 bits by the rules of its own type,
 * so that a conversion to a wider type costs nothing and comparisons are plain 64-bit ones. A
 * string value is lazy: a literal, an id, the command name, or bytes in memory that the verifier
 * knows (`place`). In memory a NULL string is a word that starts with a NUL and that no other string
 * leaves (STR_NULL_WORD): where it is not looked for it acts as the empty string, which is how D
 * compares it. In thread-local variables, which start as zeroes, a zero word is NULL as well.
 *
 * Addresses that a D program sees are kernel addresses held in integers. Reading through one is a
 * helper call that can fail (FLT_BADADDR). Writing through one is allowed only into memory of D:
 * the address is rebased onto the scratch region or the globals with a range check, which also
 * convinces the verifier.
 *
 * Caches: registers with things that cost a call (current task, scratch region, buffer, ...) are
 * filled on first use and remembered in lw.cache; whoever emits a conditional region saves and
 * restores the cache, so that a cached register always dominates its uses.
 */
#ifndef LOWER_LOWER_INT_H
#define LOWER_LOWER_INT_H

#include "dtrace/kern/features.h"
#include "dtrace/lower/lower.h"
#include "dtrace/lower/rt.h"
#include "dtrace/types/btf.h"

/* bpf helper numbers (linux/bpf.h is not includable everywhere; the numbers are ABI). */
enum helper {
	H_MAP_LOOKUP = 1,
	H_MAP_UPDATE = 2,
	H_MAP_DELETE = 3,
	H_KTIME_GET_NS = 5,
	H_PRANDOM = 7,
	H_SMP_PROCESSOR_ID = 8,
	H_GET_PID_TGID = 14,
	H_GET_UID_GID = 15,
	H_GET_STACK = 67,
	H_SEND_SIGNAL = 109,
	H_PROBE_READ_USER = 112,
	H_PROBE_READ_KERNEL = 113,
	H_PROBE_READ_USER_STR = 114,
	H_PROBE_READ_KERNEL_STR = 115,
	H_TASK_STORAGE_GET = 156,
	H_GET_CURRENT_TASK_BTF = 158,
	H_PROBE_WRITE_USER = 36,
	H_TASK_PT_REGS = 175,
	H_GET_TASK_STACK = 141,
	H_GET_CURRENT_CGROUP_ID = 80,
	H_JIFFIES64 = 118,
};

/* ---- values and places ---- */
enum place_kind { P_NONE, P_DIRECT /* verified pointer */, P_KERN, P_USER /* integer addresses */ };
struct place {
	enum place_kind kind;
	bool foreign; /* P_DIRECT, but the kernel's: typed memory that is read-only to us */
	int reg;
	int32_t off;
};
#define STR_NULL_WORD  0x4c4c554e676e7200LL
#define STR_EMPTY_WORD 0x100LL /* what a variable holds that was assigned the empty string */

enum val_kind { V_INT, V_STR, V_MEM /* struct, array: bytes at place */ };
enum str_kind { S_NONE, S_NULL, S_LIT, S_ID, S_COMM, S_MEM };
struct val {
	enum val_kind kind;
	struct type *type;
	bool is_const;
	int64_t cval;
	int reg; /* V_INT; S_ID: string id */
	enum str_kind str;
	const char *lit;
	uint32_t cap;	    /* strings: greatest length with its NUL */
	struct place place; /* S_MEM, V_MEM; for a pointer value: P_DIRECT when what it points to is
			       verified memory */
	bool maybe_null;    /* S_MEM that may hold a NULL string */
};

/* ---- what things need in keys and records ---- */
enum rep_kind { REP_INT, REP_ID, REP_STR, REP_BYTES, REP_KSTACK, REP_USTACK, REP_KADDR, REP_UADDR };
struct rep { /* how a value is stored in a key */
	enum rep_kind kind;
	uint32_t bytes;	  /* padded to 8 */
	uint32_t d_bytes; /* size of the D value */
	struct type *type;
	uint32_t frames, strsize;
	uint8_t act; /* enum plan_act for symbols and stacks */
	bool used;
};

struct var_place { /* by var id */
	enum { AT_NONE, AT_GLOB, AT_SELF, AT_THIS_REG, AT_THIS_MEM, AT_MAP } at;
	uint32_t off;	/* GLOB, SELF, scratch region */
	uint32_t map;	/* AT_MAP */
	uint32_t bytes; /* of the value */
	bool address_taken;
	uint32_t assignments; /* how many there are in the program */
	struct rep *keys;     /* AT_MAP */
	uint32_t nkeys, key_bytes;
	uint32_t number; /* AT_MAP: word that the key begins with, of several in one map; 0: none */
	uint32_t pad_bytes; /* AT_MAP: zeroes that the key ends in */
	bool tls;	    /* AT_MAP: the thread is the next key word */
};

struct agg_place {     /* by agg id */
	uint32_t plan; /* index into plan.aggs, UINT32_MAX when never filled */
	struct rep *keys;
	uint32_t key_bytes;
	int site;      /* the only one whose program updates it, -1 none yet */
	bool shared;   /* several do, one may interrupt another on a CPU: atomic updates */
	bool open;     /* its keys come from more than which probe fired */
	uint32_t uses; /* places in the program that make keys */
};

/* ---- the image in the making ---- */
struct site_use { /* one probe of a site with its clauses, in order */
	const struct probe *probe;
	VEC(uint32_t) clauses;
	unsigned source; /* as env.source */
};
struct site {
	struct probe_site site;
	struct provider *prov;
	VEC(struct site_use) uses;
	uint32_t *use_of; /* by id from the provider's first: number of its use + 1 */
	uint32_t nuse_of;
};
struct lmemory { /* of a provider */
	struct provider *prov;
	const struct probe_memory *memory;
	unsigned map;
	uint32_t guard;	 /* GLOB: a word for each CPU that is at work on it */
	uint32_t zeroes; /* GLOB: a value of one that grows */
};
struct lclause {
	struct sema_clause *sc;
	uint32_t epid; /* of its first probe */
	bool has_exit;
};

struct owner { /* what threads begin and interrupts end; see owner.c */
	struct probe_origin origin;
	bool unknown; /* the kernel cannot keep it */
	uint32_t map;
	uint32_t pointers; /* in GLOB, a word for each CPU: where a pointer becomes a number */
	bool args;	   /* command lines are kept as well, in args_map */
	uint32_t args_map, zeroes; /* in GLOB: an empty value of it */
};

struct lower {
	struct sema *s;
	struct arena *a;
	const struct lower_opts *o;
	struct image *img;
	struct plan *plan;
	struct types *ts;
	struct err *e;
	bool failed;
	VEC(struct lclause) clauses;
	VEC(struct site *) sites;
	VEC(struct lmemory) memories; /* those that probes of this program need */
	struct map site_map;
	uint32_t strtok_area; /* scratch offset of the text that strtok() is at; 0: not laid out */
	uint32_t nblocks;     /* calls that want scratch memory of a size only the run tells */
	uint32_t strsize, nspec, specsize, nframes, nuframes, maxframes, scratch_dyn;
	uint64_t print_bytes; /* that print() shows at most */
	uint32_t pcap_bytes;  /* that pcap() records at most */
	/* GLOB */
	VEC(uint8_t) glob;
	struct map literals;   /* text -> offset in GLOB + 1 */
	struct map string_ids; /* text -> id + 1 */
	uint32_t strtab_off;   /* GLOB: u32 offset by string id; reserved when first used */
	uint32_t probetab_off; /* GLOB: 4 u32 string ids by index of enabled probe */
	bool probetab_used;
	struct var_place *vars;
	struct agg_place *aggs;
	uint32_t this_bytes, self_bytes, scratch_bytes; /* per program region so far */
	uint32_t this_regs;				/* clause-local variables in registers */
	uint32_t nassocs, shared_assocs; /* assoc.c: arrays so far, first map of several; 0: none */
	uint32_t vars_start, vars_end;	 /* D globals within GLOB: what pointers may write */
	bool big_scratch; /* SCRATCH is an array: more than a per-CPU element may have */
	uint32_t agg_bytes;
	uint32_t max_rec, next_epid;
	uint64_t ring_bytes;
	uint64_t record_max; /* a larger one, as dtrace counts, is always dropped */
	bool ring_exact; /* the ring is full when that many bytes, as dtrace counts, are in it */
	uint32_t ring_slack;
	bool ring_shared;      /* several programs record on a CPU: atomic reservations */
	int visit_site;	       /* layout: site whose clauses are walked */
	uint32_t args_read;    /* layout_args_read(): so far */
	bool anonymous;	       /* layout_anonymous(): so far */
	bool records;	       /* some clause records more than faults and exit() */
	bool speculates;       /* some clause does */
	bool big_records;      /* of any size: tracemem() */
	uint64_t record_bytes; /* that the sites looked at last may record, each once */
	VEC(uint32_t) error_clauses;
	uint32_t error_seg;	  /* plan seg of the error record */
	struct map btf_cache;	  /* "struct.member" -> offset + 1 */
	struct map tracing_funcs; /* stack.c: name -> BTF id, once listed */
	bool tracing_funcs_listed;
	bool needs_buf;
	uint32_t unwind_rows; /* room for them, a power of two; 0: user stacks are the helper's */
	bool unwinds;	      /* some stack is walked by them */
	/* user.c */
	uint32_t pool_map, pool_bytes; /* 0: no program takes its scratch memory from there */
	bool unit_waits;	       /* the program being emitted may wait for user memory */
	bool names_made_up;	       /* some probe to come is there: probeprov is a text, no id */
	bool uses_sockets;
	bool uses_vtime; /* with a companion on sched_switch; see vtime.c */
	uint32_t vtime_since, vtime_sum;
	bool
	    looks_inside; /* some clause of a probe with a site for it asks for stacks or memory, or for the time of its CPU */
	uint8_t *mentioned; /* variables, by id, that the clause looked at names */
	bool sees_time, sees_cpu, sees_args,
	    sees_exit;		  /* what the clause looked at asks for, or does */
	VEC(struct owner) owners; /* those with a companion */
	bool wants_owner,
	    wants_args; /* layout: the clauses walked ask for something of a thread, for its command line */
	unsigned reads_time; /* how often the clauses walked read the time */
};

struct frame_slot {   /* frame objects are reused from statement to statement */
	int obj, reg; /* reg: its address, for who has it */
	uint32_t bytes;
	bool busy;
};
struct fault_scope { /* faults while the same record was open (or none) */
	int label, seg, rec, pos;
};

/* ---- one function being emitted ---- */
enum { LW_ARGS_MAX = 32 }; /* what providers may describe (sema) */
struct cache {
	int cpu, scratch, task, ts, wts, bufp, aggp, selfp, pidtgid, uidgid, zone, scratch_addr,
	    cpu_key;
	int args[LW_ARGS_MAX], errno_reg;
	int env[16];
};
/* A function that walks stacks of at most so many frames. */
struct walk_func {
	uint32_t frames;
	struct ir_func *f;
};
struct lw {
	struct lower *L;
	struct ir_unit *u;
	struct ir_func *f;
	struct rt rt;
	struct site *site;
	int unit_index;
	struct emit_env env;
	struct cache cache;
	bool has_cpu_slot;
	int cpu_slot;  /* frame object that cache.cpu_key is stored in */
	int zero_slot; /* frame object with the key of a per-CPU array's element */
	bool has_zero_slot;
	const struct probe_group *group;
	/* env.subject is who began what now ends: nothing of the running thread's is its; else NULL. */
	const struct owner *owner;
	int owner_key; /* frame object: what it is known by */
	bool is_error_func;
	int err_args[6]; /* registers in the error subprogram: epid, action, offset, kind, address,
			    probe */
	struct ir_func *error_func, *d_path_func, *returned_func, *take_func, *chill_turn;
	VEC(struct walk_func) walks;
	int taken; /* register: element of the pool that this function has, or 0 */
	int bail;  /* label: return 0; for what cannot happen */
	/* clause */
	struct sema_clause *clause;
	uint32_t clause_index;
	int clause_end, fault_label;	       /* labels */
	int fault_kind, fault_addr, fault_act; /* registers */
	bool faults;			       /* some jump to fault_label was emitted */
	VEC(struct fault_scope) fault_scopes;  /* closed ones that still need their block */
	bool exit_saved; /* at_exit holds the cache as it was at the first jump out of the clause */
	struct cache at_exit;
	int cond_depth;	     /* conditional regions around the current point */
	struct cache uncond; /* cache when the outermost of them was entered */
	/* record being written */
	int seg;	  /* plan seg index, -1 none */
	int rec;	  /* register: record */
	int pos;	  /* register: its position */
	uint32_t rec_off; /* next free byte */
	int spec_id;	  /* register of the speculation that records go to, -1 */
	int spec_state;	  /* register of the state in which it was found */
	size_t patch_room, patch_add, patch_spec,
	    patch_spec_room; /* instructions that want the record's size */
	VEC(struct frame_slot) frame_pool;
	int action_no;	  /* of the clause, from 1; 0 in its predicate */
	size_t action_at; /* where the action's code begins in f */
	/* scratch region of this program */
	uint32_t temp_off, temp_max, region_off;
	bool keep_temps; /* the statement has given away an address in them */
	int *this_regs;	 /* by var id, -1 */
	int strtok_off; /* where strtok() goes on in its text at lower.strtok_area; -1: nothing is left */
	int self_zero; /* scratch offset of zeroes for a new thread's variables, -1 */
	int depth;
	/* The element of an associative array a part of which is being written, and where it is. */
	struct node *elem_node;
	struct place elem_place;
};

/* collect.c: fills L->sites, L->clauses, L->error_clauses; -1 with L->e set */
int lower_collect(struct lower *L, struct sema_program *const *programs, unsigned n);

/* lower.c */
void lw_fail(struct lw *c, struct src at, const char *tag, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
int lw_out_of_clause(struct lw *c); /* the clause_end label, after noting the cache state: use for
				       every jump there */

uint32_t lw_epid(const struct lw *c);
/* Around code that is emitted in a region not always executed. */
struct cache lw_cond_enter(struct lw *c);
void lw_cond_leave(struct lw *c, struct cache saved);
void lw_cache_set(struct lw *c, struct cache saved);

/* assoc.c: the map of v's elements, and the form of their keys. p->keys and p->bytes are known */
void assoc_layout(struct lower *L, const struct var *v, struct var_place *p);
/* Elements are made at once as long as they fit here. The kernel's allocator hands out few at a time
 * where interrupts are off, one when they are large, so that a clause there would lose the others. */
enum { PREALLOC_MAX_BYTES = 16 << 20 };

/* layout.c */
void layout_programs(struct lower *L);
uint32_t glob_alloc(struct lower *L, uint32_t bytes, uint32_t align);
uint32_t glob_literal(struct lower *L, const char *text, uint32_t len);
uint32_t string_id(struct lower *L, const char *text);
uint32_t str_cap(struct lower *L, const struct node *n);
void layout_finish(struct lower *L);		      /* maps and GLOB contents */
uint32_t layout_scratch_bytes(const struct lower *L); /* an element of SCRATCH */
bool self_in_task(const struct lower *L); /* thread-local variables: task storage, or a hash */
bool kernel_offset(struct lower *L, const char *strct, const char *path, uint32_t *off);

/* The native arguments that the clauses of a probe read, a bit each. */
uint32_t layout_args_read(struct lower *L, const struct site_use *u);
/* Does no clause of these uses tell which probe fired, and none read its arguments? */
bool layout_anonymous(struct lower *L, const struct site_use *const *uses, unsigned n);
/* Calls fn for every node of every typed clause. */
void lower_visit(struct lower *L, void (*fn)(struct lower *L, struct node *n));
/* The same for n, those that follow it, and what is below them. n may be NULL. */
void lower_visit_node(struct lower *L, struct node *n, void (*fn)(struct lower *L, struct node *n));

/* user.c: reads user memory to dst (a register), waiting for it where the program may: register, negative
 * where it cannot be read */
int lw_user_read(struct lw *c, int dst, struct ir_val bytes, int addr);
int lw_user_read_text(struct lw *c, int dst, struct ir_val bytes, int addr); /* to its NUL */
void lw_env_user_read(struct emit_env *env, int dst, unsigned bytes,
		      int addr); /* emit_env.user_read */
/* Programs that may run several times at once on a CPU: their scratch memory is taken, and given back. */
bool lw_takes_scratch(const struct lw *c);
/* May the program that is being made sleep, waiting for the user's memory? */
bool lw_can_wait(const struct lw *c);
uint32_t lw_pool_region(void); /* offset of the region within an element */
int lw_take_scratch(struct lw *c);
void lw_give_scratch(struct lw *c);
void pool_layout(struct lower *L);
void pool_finish(struct lower *L);

/* self.c */
bool self_is_hash(const struct lower *L);	    /* of those that use any */
void self_unit(struct lower *L, struct ir_unit *u); /* the companion that empties it */

/* vtime.c */
void vtime_layout(struct lower *L);
void vtime_unit(struct lower *L, struct ir_unit *u);
struct val lw_vtimestamp(struct lw *c, struct type *t);
struct val lw_walltimestamp(struct lw *c, struct type *t);

/* owner.c */
void owner_layout(struct lower *L);
void owner_unit(struct lower *L, const struct owner *o, struct ir_unit *u);
/* After the condition of a probe held: sets env.subject when it has an owner that is asked for. */
void owner_enter(struct lw *c, const struct probe *probe);
/* The owner's command line to dst, strsize bytes at most, where owner->args: register with how many; leaves to none. */
int owner_args(struct lw *c, int dst, int none);

/* env.c: things that cost a call, cached */
int lw_cpu(struct lw *c);
int lw_scratch(struct lw *c);	   /* pointer to this program's region */
int lw_scratch_addr(struct lw *c); /* the same as an integer */
int lw_task(struct lw *c);
int lw_timestamp(struct lw *c);
/* How often code reads the time. */
unsigned lower_time_reads(struct lower *L, struct node *n);
/* Reads the time where it must be the same throughout the clause: before its predicate, or before its body where that alone reads it. */
void lw_settle_time(struct lw *c, bool before_body);
int lw_pid_tgid(struct lw *c); /* of the thread that the probe is about */
/* Goes to label when the thread that the probe is about is not the running one, whose memory alone can be read. */
void lw_unless_running(struct lw *c, int label);
int lw_thread_number(struct lw *c); /* the same, idle threads told apart by their CPUs */
int lw_bufp(struct lw *c);
int lw_aggp(struct lw *c);
int lw_self(struct lw *c, bool create); /* pointer or 0 */
int lw_probe_id(struct lw *c);
uint32_t lw_temp(struct lw *c,
		 uint32_t bytes); /* offset in the scratch region, until the statement ends */
/* The same until the clause ends; so are all that a statement takes while keep_temps is set. */
uint32_t lw_temp_kept(struct lw *c, uint32_t bytes);
struct place lw_temp_place(struct lw *c, uint32_t bytes);
/* A few bytes that live until the statement ends: in the frame while it has room, else in the
 * scratch region. */
struct place lw_frame_place(struct lw *c, uint32_t bytes);
void lw_frame_free(struct lw *c, struct place p); /* before the statement ends */
void lw_frame_release(struct lw *c);
int lw_addr_of(struct lw *c,
	       struct place p);		  /* pointer register reg + off, or the integer address */
int lw_as_integer(struct lw *c, int ptr); /* a verified pointer's address as a plain number */
int lw_task_field(struct lw *c, const char *path, unsigned want_bytes, bool is_signed);
int lw_glob_load(struct lw *c, uint32_t off, unsigned size);
void lw_count(struct lw *c, uint32_t state_off); /* a 64-bit counter of image_state += 1 */

/* fault.c */
void lw_fault_if(struct lw *c, enum ir_cond cond, int a, struct ir_val b, enum plan_fault kind,
		 struct ir_val addr);
void lw_fault(struct lw *c, enum plan_fault kind, struct ir_val addr);
void lw_env_fault(struct emit_env *env); /* as emit_env has it */
void lw_fault_scope(
    struct lw *c); /* the record that is open changes: faults so far keep the old one */
void lw_fault_blocks(struct lw *c); /* at the end of a clause */
/* At the beginning of the error subprogram: err_args and the context of the probe that faulted. */
void lw_error_arguments(struct lw *ec, const struct ir_func *error);

/* expr.c */
struct val lw_expr(struct lw *c, struct node *n);
int lw_int(struct lw *c, struct node *n); /* value in a register, of n's own type */
void lw_branch_false(struct lw *c, struct node *n, int label);
int val_reg(struct lw *c, struct val v);
struct ir_val val_op(struct lw *c, struct val v); /* immediate when it fits 32 bits */
struct val val_const(struct type *t, int64_t v);
struct val val_of(struct type *t, int reg);
struct val val_convert(struct lw *c, struct val v, struct type *to);
int lw_norm(struct lw *c, int reg, const struct type *t);
struct val lw_compound(struct lw *c, struct node *n, struct val old); /* a OP= b: what to store */

/* mem.c */
struct val lw_load(struct lw *c, struct place p, struct type *t);
void lw_copy(struct lw *c, struct place dst, struct place src, uint32_t bytes);
struct place lw_place(struct lw *c,
		      struct node *n); /* where an lvalue or struct value lies, for reading */
struct place lw_writable(struct lw *c, struct place p,
			 uint32_t bytes); /* rebased for writing, faults when not D's memory */
struct val lw_assign(struct lw *c, struct node *n);
struct val lw_incdec(struct lw *c, struct node *n);
struct val lw_var_read(struct lw *c, struct node *n);
struct val lw_bitfield(struct lw *c, struct node *n); /* MEMBER with bitfield_bits */

/* key.c: keys of associative arrays and aggregations */
struct rep rep_of(struct lower *L, const struct node *n);
void rep_merge(struct rep *r, struct rep other);
void lw_key_store(struct lw *c, const struct rep *r, struct node *n, struct place at);
/* A text (REP_STR) as rt_hash_text() has it: KEY_TEXT_SLACK bytes of room behind it, and what lies behind its last
 * words is undefined. */
enum { KEY_TEXT_SLACK = 24 };
void lw_key_text(struct lw *c, const struct rep *r, struct node *n, struct place at);

/* str.c */
struct val lw_str(struct lw *c, struct node *n);  /* any string-like expression as a string */
struct val str_from(struct lw *c, struct val v);  /* string view of a value */
struct place str_mem(struct lw *c, struct val v); /* bytes with RT_SLACK, in GLOB or SCRATCH */
void str_need(struct lw *c, struct val v);	  /* faults when it is NULL */
/* For records, keys and routines, which a NULL string does not reach: with NUL. Returns a register: the bytes
 * copied, negative when they could not be read and dst was wiped; or -1: it is not known, they are few. */
int str_copy(struct lw *c, struct place dst, uint32_t bytes, struct val v);
void str_mark_empty(struct lw *c,
		    struct place dst); /* after text was written to a variable otherwise */
void str_copy_padded(struct lw *c, struct place dst, uint32_t bytes,
		     struct val v); /* rest zeroed */
/* For variables and what becomes a value again, of strsize bytes: NULL stays NULL. */
void str_store(struct lw *c, struct place dst, struct val v);
int str_compare(struct lw *c, enum op op, struct node *a, struct node *b); /* 0/1 */
struct val val_str_mem(struct lw *c, struct place p, uint32_t cap);
struct val val_lit(struct lw *c, const char *s, uint32_t len);
struct val val_null_string(struct lw *c);

/* builtin.c, call.c */
struct val lw_builtin(struct lw *c, struct node *n);
/* Address of the running CPU's instance of a per-CPU variable, as an integer; -1: not known. */
int lw_percpu_address(struct lw *c, const char *var);
/* stack.c: frames of a stack to verified memory, unused ones zero; one of them; how many there are */
void lw_stack_store(struct lw *c, struct place dst, uint32_t frames, bool user);
struct val lw_stack_frame(struct lw *c, struct type *t, bool user, uint32_t which);
struct val lw_stack_depth(struct lw *c, struct type *t, bool user);
/* python.c: (dst, frames, n, proc, work): writes the frames of Python that the interpreting function on
 * the stack stands for, from dst[n] on; returns the n behind them. A new function for a dst of so many frames;
 * NULL: cannot be told here. */
const struct ir_func *lw_python_function(struct lw *c, uint32_t frames);
/* returned.c: puts the real address into ip when it is what the kernel wrote over a return address to see a
 * function return; sp is behind the place where it was found. Code of f, a walk with this work memory. */
void lw_walk_returned(struct lw *c, struct ir_func *f, int ip, int sp, int work);
/* The memory that a walk works with. */
enum {
	WALK_IP = 0,
	WALK_SP = 8,
	WALK_BP = 16,
	WALK_PYTHON =
	    24,		/* frame of Python to go on with; 0: not looked for yet, 1: none is left */
	WALK_CODE = 32, /* struct image_code */
	WALK_BYTES = 32 + 192
};
/* memory.c: the map of a provider's memory, made when it is first asked for; -1: there is none to make. */
int lower_memory_map(struct lower *L, struct provider *prov, const struct probe_memory *m);
/* That of the probes of a site; -1: none, or none of them needs it. */
int lower_site_memory(struct lower *L, const struct site *s);
/* From here on the program is one that works on this memory. */
void lw_enter_memory(struct lw *c, int map);
/* Emits what is at work on a memory, such that it is not entered again on a CPU that is in it. */
void lw_emit_guarded(struct lw *c, void (*emit)(struct lw *c, const void *arg), const void *arg);
/* zone.c: the zone of the thread that the probe is about */
struct val lw_zone_id(struct lw *c, struct type *t);
struct val lw_zone_name(struct lw *c);
struct val lw_zone_call(struct lw *c, struct node *n); /* the same of another thread, a socket */
/* *(size bytes *)(addr + off) of the kernel, by way of `at`, or to the label. */
int lw_fetch(struct lw *c, struct place at, int addr, uint32_t off, unsigned size, int label);

/* socket.c: sock_pid(). Asks for its table where a program uses it; before anything is emitted. */
void socket_layout(struct lower *L);
struct val lw_socket_pid(struct lw *c, struct node *n);
/* unwind.c: whether user stacks can be walked here; writes at most `frames` to zeroed verified memory
 * and returns a register with how many, 0: the process is not known. */
bool lw_unwinds(const struct lw *c);
int lw_unwind(struct lw *c, struct place dst, uint32_t frames);
struct val lw_call(struct lw *c, struct node *n);
uint32_t call_block_room(struct lower *L); /* bytes for copyin() and the like of unknown size */
struct val lw_d_path(struct lw *c, struct node *n); /* dpath.c */
/* copyinstr(address): its text can be read right to where it is wanted, at most `bytes` with the
 * NUL. On a fault dst is wiped. Returns a register: how many were. */
bool lw_is_copyinstr(const struct node *n);
int lw_copyinstr_into(struct lw *c, struct node *n, struct place dst, uint32_t bytes);

/* action.c, agg.c */
void lw_statement(struct lw *c, struct node *n);
void lw_body(struct lw *c, struct node *body); /* a list of statements */
void lw_error_record(struct lw *c);	       /* reserves the fixed record of a fault */
void lw_record_commit(struct lw *c);
void lw_record_abort(struct lw *c);
void lw_default_action(struct lw *c);
void lw_aggregate(struct lw *c, struct node *assign);
uint32_t agg_plan(struct lower *L, struct agg *agg);

#endif
