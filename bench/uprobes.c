/*
 * uprobes.c - user probes by hand: the system calls that tracing functions takes, and no more
 *
 *	uprobes map FILE	maps the library, says "ready" and waits: what is traced
 *	uprobes all FILE PID	a program that does nothing at every function of the file, in that process
 *	uprobes one FILE NAME	counts the calls of one function, in any process
 *
 * The last two say "ready" when they are attached, and end on SIGINT. Functions come from libelf.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { UPROBE_MULTI = 48 };

/* BPF_LINK_CREATE for uprobe-multi links, which the headers of Linux 6.1 lack. */
struct multi_attr {
	uint32_t prog_fd, target_fd, attach_type, link_flags;
	uint64_t path, offsets, ref_ctr_offsets, cookies;
	uint32_t count, flags, pid, pad;
};

struct places {
	uint64_t *at;
	size_t n, cap;
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t file_offset(Elf *elf, size_t nheaders, uint64_t vaddr)
{
	GElf_Phdr p;

	for (size_t i = 0; i < nheaders; i++)
		if (gelf_getphdr(elf, (int)i, &p) && p.p_type == PT_LOAD && vaddr >= p.p_vaddr &&
		    vaddr - p.p_vaddr < p.p_filesz)
			return vaddr - p.p_vaddr + p.p_offset;
	return 0;
}

static void add(struct places *to, uint64_t offset)
{
	if (to->n == to->cap) {
		to->cap = to->cap ? to->cap * 2 : 4096;
		to->at = realloc(to->at, to->cap * sizeof(*to->at));
		if (!to->at)
			exit(1);
	}
	to->at[to->n++] = offset;
}

/* Where functions begin, each place once; those of one name only, or all. */
static void find(const char *path, const char *name, struct places *to)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t headers = 0, n = 0;

	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	elf_getphdrnum(elf, &headers);
	for (Elf_Scn *s = NULL; (s = elf_nextscn(elf, s));) {
		GElf_Shdr sh;
		gelf_getshdr(s, &sh);
		if (sh.sh_type != SHT_SYMTAB && sh.sh_type != SHT_DYNSYM)
			continue;
		Elf_Data *d = elf_getdata(s, NULL);
		for (size_t i = 0; i < sh.sh_size / sh.sh_entsize; i++) {
			GElf_Sym sym;
			gelf_getsym(d, (int)i, &sym);
			if (GELF_ST_TYPE(sym.st_info) == STT_FUNC && sym.st_shndx && sym.st_size &&
			    (!name || !strcmp(elf_strptr(elf, sh.sh_link, sym.st_name), name)))
				add(to, file_offset(elf, headers, sym.st_value));
		}
	}
	qsort(to->at, to->n, sizeof(*to->at), by_value);
	for (size_t i = 0; i < to->n; i++)
		if (!n || to->at[n - 1] != to->at[i])
			to->at[n++] = to->at[i];
	to->n = n;
	elf_end(elf);
	close(fd);
}

static int load(const struct bpf_insn *insns, size_t n)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_KPROBE;
	a.expected_attach_type = UPROBE_MULTI;
	a.insns = (uint64_t)(uintptr_t)insns;
	a.insn_cnt = (uint32_t)n;
	a.license = (uint64_t)(uintptr_t) "GPL";
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof(a));
}

#define INSN(c, d, s, o, i)                                                                        \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})

static int nothing(void)
{
	struct bpf_insn insns[] = {INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
				   INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)};

	return load(insns, 2);
}

/* value of a per-CPU array += 1 */
static int counting(void)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_PERCPU_ARRAY;
	a.key_size = 4;
	a.value_size = 8;
	a.max_entries = 1;
	int map = (int)syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a));
	struct bpf_insn insns[] = {
	    INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
	    INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
	    INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
	    INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map),
	    INSN(0, 0, 0, 0, 0),
	    INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
	    INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3, 0),
	    INSN(BPF_LDX | BPF_MEM | BPF_DW, 1, 0, 0, 0),
	    INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 1),
	    INSN(BPF_STX | BPF_MEM | BPF_DW, 0, 1, 0, 0),
	    INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
	    INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return load(insns, sizeof(insns) / sizeof(insns[0]));
}

static int attach(int prog, const char *path, const struct places *p, uint32_t pid)
{
	struct multi_attr a = {.prog_fd = (uint32_t)prog,
			       .attach_type = UPROBE_MULTI,
			       .path = (uint64_t)(uintptr_t)path,
			       .offsets = (uint64_t)(uintptr_t)p->at,
			       .count = (uint32_t)p->n,
			       .pid = pid};

	return (int)syscall(SYS_bpf, BPF_LINK_CREATE, &a, sizeof(a));
}

static void on_signal(int sig)
{
	(void)sig;
}

static int wait_for_end(int link)
{
	puts("ready");
	fflush(stdout);
	pause();
	return link >= 0 ? close(link) : 0;
}

int main(int argc, char **argv)
{
	struct places p = {0};

	sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
	if (argc == 3 && !strcmp(argv[1], "map"))
		return dlopen(argv[2], RTLD_LAZY) ? wait_for_end(-1) : 1;
	if (argc != 4)
		return 2;
	bool all = !strcmp(argv[1], "all");
	find(argv[2], all ? NULL : argv[3], &p);
	int link = p.n ? attach(all ? nothing() : counting(), argv[2], &p,
				all ? (uint32_t)atoi(argv[3]) : 0)
		       : -1;
	if (link < 0) {
		perror("uprobes");
		return 1;
	}
	fprintf(stderr, "%zu places\n", p.n);
	return wait_for_end(link);
}
