/* loads.c - see loads.h */
#include "dtrace/kern/loads.h"

#include "dtrace/kern/insn.h"
#include "dtrace/kern/kern.h"
#include "dtrace/kern/load_int.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	HELPER_LOOKUP = 1,
	HELPER_KTIME = 5,
	HELPER_RINGBUF_OUTPUT = 130,
	HELPER_TASK_BTF = 158,
	HELPER_COOKIE = 174,
	HELPER_LOOP = 181,
	HELPER_COPY_FROM_TASK = 191
};
enum { WAKE = 2 /* BPF_RB_FORCE_WAKEUP */, ROUNDS_MAX = 1 << 23 };

/* Value of the array of processes, which both sides map; its number is the probe's cookie. */
struct slot {
	uint64_t arrived;  /* so often has it been there; counted by the program */
	uint64_t released; /* it need not wait up to the arrival of that number; set by us */
	uint64_t gave_up;  /* it went on by itself, and does not wait any more */
	uint64_t code;	   /* the address where it does */
};
struct watched {
	uint32_t pid; /* 0: free */
	int link;
	uint64_t taken; /* arrivals that have been told of */
};
struct kern_loads {
	int map, ring, prog;
	bool multi; /* links as of uprobe-multi */
	size_t page_bytes, slots_bytes;
	struct slot *slots;
	uint64_t *consumer;	  /* page of the ring: how far it has been read */
	const uint64_t *producer; /* ... and written */
	struct watched at[LOADS_MAX];
	uint32_t n;
};

#define SLOT(member)	     ((int)offsetof(struct slot, member))
#define JMP_REG(op, d, s, o) INSN(BPF_JMP | (op) | BPF_X, d, s, o, 0)
enum { ARRIVE_INSNS = 36 };
/* What wait() is given lies on the stack of arrive(): */
enum { ARG = -40, ARG_SLOT = 0, ARG_NUMBER = 8, ARG_UNTIL = 16 };

static int load_program(const struct kern_loads *x, struct err *e)
{
	const struct bpf_insn insns[] = {
	    /* arrive */
	    I_CALL(HELPER_COOKIE),
	    I_STORE(BPF_W, 10, 0, -4),
	    I_LD64(1, BPF_PSEUDO_MAP_FD, x->map, 0),
	    I_MOV_REG(2, 10),
	    I_ALU_IMM(BPF_ADD, 2, -4),
	    I_CALL(HELPER_LOOKUP),
	    I_JMP_IMM(BPF_JEQ, 0, 0, 26),
	    I_MOV_REG(6, 0),
	    I_LOAD(BPF_DW, 1, 6, SLOT(gave_up)),
	    I_JMP_IMM(BPF_JNE, 1, 0, 23),
	    I_MOV_IMM(7, 1),
	    I_ATOMIC(BPF_DW, BPF_ADD | BPF_FETCH, 6, 7, SLOT(arrived)),
	    I_ALU_IMM(BPF_ADD, 7, 1),
	    I_STORE(BPF_DW, 10, 7, -16),
	    I_LD64(1, BPF_PSEUDO_MAP_FD, x->ring, 0),
	    I_MOV_REG(2, 10),
	    I_ALU_IMM(BPF_ADD, 2, -16),
	    I_MOV_IMM(3, 8),
	    I_MOV_IMM(4, WAKE),
	    I_CALL(HELPER_RINGBUF_OUTPUT),
	    I_CALL(HELPER_KTIME),
	    I_ALU_IMM(BPF_ADD, 0, LOADS_WAIT_NS),
	    I_STORE(BPF_DW, 10, 6, ARG + ARG_SLOT),
	    I_STORE(BPF_DW, 10, 7, ARG + ARG_NUMBER),
	    I_STORE(BPF_DW, 10, 0, ARG + ARG_UNTIL),
	    I_MOV_IMM(1, ROUNDS_MAX),
	    I_LD64(2, BPF_PSEUDO_FUNC, ARRIVE_INSNS - 28 - 1, 0),
	    I_MOV_REG(3, 10),
	    I_ALU_IMM(BPF_ADD, 3, ARG),
	    I_MOV_IMM(4, 0),
	    I_CALL(HELPER_LOOP),
	    I_MOV_IMM(0, 0),
	    I_EXIT(),
	    /* wait: 1 ends it. Others get the processor by what is read of the task's own memory: a kernel that does not preempt
	     * itself does so there. That fails for a task that is killed. */
	    I_MOV_REG(6, 2),
	    I_LOAD(BPF_DW, 7, 6, ARG_SLOT),
	    I_LOAD(BPF_DW, 1, 7, SLOT(released)),
	    I_LOAD(BPF_DW, 2, 6, ARG_NUMBER),
	    JMP_REG(BPF_JGE, 1, 2, 13),
	    I_CALL(HELPER_TASK_BTF),
	    I_MOV_REG(4, 0),
	    I_MOV_REG(1, 10),
	    I_ALU_IMM(BPF_ADD, 1, -8),
	    I_MOV_IMM(2, 1),
	    I_LOAD(BPF_DW, 3, 7, SLOT(code)),
	    I_MOV_IMM(5, 0),
	    I_CALL(HELPER_COPY_FROM_TASK),
	    I_JMP_IMM(BPF_JNE, 0, 0, 3),
	    I_CALL(HELPER_KTIME),
	    I_LOAD(BPF_DW, 1, 6, ARG_UNTIL),
	    JMP_REG(BPF_JLT, 0, 1, 3),
	    I_STORE_IMM(BPF_DW, 7, SLOT(gave_up), 1),
	    I_MOV_IMM(0, 1),
	    I_EXIT(),
	    I_MOV_IMM(0, 0),
	    I_EXIT(),
	};
	const struct kern_func funcs[] = {{"arrive", 0, NULL}, {"wait", ARRIVE_INSNS, NULL}};
	uint32_t info[4];
	int btf = kern_btf_for_funcs(funcs, 2, info, e);
	if (btf < 0)
		return -1;
	const struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_KPROBE,
					    .expected_attach_type =
						x->multi ? LOAD_UPROBE_MULTI : 0,
					    .flags = BPF_F_SLEEPABLE,
					    .name = "loads",
					    .insns = insns,
					    .ninsns = sizeof(insns) / sizeof(insns[0]),
					    .btf_fd = btf,
					    .func_info = info,
					    .nfunc_info = 2,
					    .func_info_rec_bytes = 8};
	int fd = kern_prog_load(&spec, NULL, 0, e);
	close(btf);
	return fd;
}

static int make_maps(struct kern_loads *x, struct err *e)
{
	const struct kern_map_spec slots = {.type = BPF_MAP_TYPE_ARRAY,
					    .key_bytes = 4,
					    .value_bytes = sizeof(struct slot),
					    .entries = LOADS_MAX,
					    .flags = BPF_F_MMAPABLE,
					    .name = "loads"};
	const struct kern_map_spec ring = {
	    .type = BPF_MAP_TYPE_RINGBUF, .entries = (uint32_t)x->page_bytes, .name = "loads_news"};
	if ((x->map = kern_map_create(&slots, e)) < 0 ||
	    (x->ring = kern_map_create(&ring, e)) < 0 ||
	    !(x->slots = kern_map_mmap(x->map, x->slots_bytes, e)))
		return -1;
	void *c = mmap(NULL, x->page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, x->ring, 0);
	void *p = mmap(NULL, x->page_bytes, PROT_READ, MAP_SHARED, x->ring, (off_t)x->page_bytes);
	x->consumer = c == MAP_FAILED ? NULL : c;
	x->producer = p == MAP_FAILED ? NULL : p;
	return x->consumer && x->producer ? 0 : err_sys(e, errno, "cannot map a ring");
}

struct kern_loads *kern_loads_open(bool multi, struct err *e)
{
	struct kern_loads *x = calloc(1, sizeof(*x));

	if (!x)
		return err_set(e, ENOMEM, "out of memory"), NULL;
	x->map = x->ring = x->prog = -1;
	x->multi = multi;
	x->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	x->slots_bytes =
	    (LOADS_MAX * sizeof(struct slot) + x->page_bytes - 1) / x->page_bytes * x->page_bytes;
	if (make_maps(x, e) == 0 && (x->prog = load_program(x, e)) >= 0)
		return x;
	kern_loads_close(x);
	return NULL;
}

static void let_go(struct kern_loads *x, uint32_t i, uint64_t number)
{
	__atomic_store_n(&x->slots[i].released, number, __ATOMIC_RELEASE);
}

static void forget(struct kern_loads *x, uint32_t i)
{
	let_go(x, i, UINT64_MAX);
	close(x->at[i].link);
	x->at[i].pid = 0;
}

void kern_loads_forget(struct kern_loads *x, uint32_t pid)
{
	for (uint32_t i = 0; x && i < x->n; i++)
		if (pid && x->at[i].pid == pid)
			forget(x, i);
}

static uint32_t free_slot(const struct kern_loads *x)
{
	uint32_t i = 0;

	while (i < x->n && x->at[i].pid)
		i++;
	return i;
}

static int hang(const struct kern_loads *x, uint32_t pid, uint64_t cookie,
		const struct kern_load_place *at, struct err *e)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", at->fd);
	if (x->multi)
		return kern_uprobe_multi_attach(
		    x->prog,
		    &(struct kern_uprobe_multi){.path = path,
						.offsets = &at->offset,
						.cookies = &cookie,
						.count = 1,
						.pid = pid,
						.attach_type = LOAD_UPROBE_MULTI},
		    e);
	struct kern_uprobe_events events = kern_uprobe_events_open();
	int link = kern_uprobe_attach(
	    x->prog, &events,
	    &(struct kern_uprobe){.path = path, .offset = at->offset, .cookie = cookie, .pid = pid},
	    e);
	kern_uprobe_events_close(&events);
	return link;
}

int kern_loads_watch(struct kern_loads *x, uint32_t pid, const struct kern_load_place *at,
		     struct err *e)
{
	kern_loads_forget(x, pid);
	uint32_t i = free_slot(x);
	if (i == LOADS_MAX)
		return err_set(e, E2BIG, "more than %d processes", LOADS_MAX);
	x->slots[i] = (struct slot){.code = at->addr};
	int link = hang(x, pid, i, at, e);
	if (link < 0)
		return -1;
	x->at[i] = (struct watched){.pid = pid, .link = link};
	x->n = i < x->n ? x->n : i + 1;
	return 0;
}

int kern_loads_fd(const struct kern_loads *x)
{
	return x ? x->ring : -1;
}

static uint64_t arrived(const struct kern_loads *x, uint32_t i)
{
	return __atomic_load_n(&x->slots[i].arrived, __ATOMIC_ACQUIRE);
}

bool kern_loads_waiting(const struct kern_loads *x)
{
	for (uint32_t i = 0; x && i < x->n; i++)
		if (x->at[i].pid && arrived(x, i) > x->at[i].taken)
			return true;
	return false;
}

void kern_loads_read(struct kern_loads *x, void (*fn)(void *arg, uint32_t pid), void *arg)
{
	/* What is written from here on makes it readable again. */
	__atomic_store_n(x->consumer, __atomic_load_n(x->producer, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
	for (uint32_t i = 0; i < x->n; i++) {
		uint64_t now = x->at[i].pid ? arrived(x, i) : 0;
		if (now <= x->at[i].taken)
			continue;
		x->at[i].taken = now;
		fn(arg, x->at[i].pid);
	}
}

void kern_loads_go_on(struct kern_loads *x)
{
	for (uint32_t i = 0; i < x->n; i++) {
		if (!x->at[i].pid)
			continue;
		let_go(x, i, x->at[i].taken);
		__atomic_store_n(&x->slots[i].gave_up, 0, __ATOMIC_RELEASE);
	}
}

void kern_loads_close(struct kern_loads *x)
{
	if (!x)
		return;
	for (uint32_t i = 0; i < x->n; i++)
		if (x->at[i].pid)
			forget(x, i);
	if (x->slots)
		munmap(x->slots, x->slots_bytes);
	if (x->consumer)
		munmap(x->consumer, x->page_bytes);
	if (x->producer)
		munmap((void *)x->producer, x->page_bytes);
	if (x->map >= 0)
		close(x->map);
	if (x->ring >= 0)
		close(x->ring);
	if (x->prog >= 0)
		close(x->prog);
	free(x);
}
