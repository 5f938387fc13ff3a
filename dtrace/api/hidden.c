/*
 * hidden.c - kernel variables whose addresses kallsyms does not tell
 *
 * A kernel without CONFIG_KALLSYMS_ALL names its functions only. What programs read most is found all the
 * same, and only taken for found when what lies there is what it has to be:
 *
 *	init_task		the process of number 0, from which all descend; what it points to (init_net ..)
 *	max_pfn			what dma_direct_get_required_mask() loads and /proc/zoneinfo says
 *	linux_banner		the text of /proc/version, in the kernel's read-only data
 */
#include "dtrace/api/hidden.h"

#include "dtrace/kern/read.h"
#include "dtrace/sym/x86.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct find {
	struct kern_reader reader;
	struct symbols *syms;
	struct btf *btf;
};

static uint64_t word_at(struct find *f, uint64_t addr)
{
	uint64_t v = 0;
	return kern_read(&f->reader, addr, &v, sizeof(v)) < 0 ? 0 : v;
}

/* The member of a struct at addr, 1 to 8 bytes of it; false when it cannot be read. */
static bool member(struct find *f, uint64_t addr, const char *strct, const char *path, uint64_t *v)
{
	uint32_t bits, bytes;
	*v = 0;
	return addr && btf_member(f->btf, strct, path, &bits, &bytes, NULL) &&
	       bytes <= sizeof(*v) && kern_read(&f->reader, addr + bits / 8, v, bytes) == 0;
}

/* ---- by way of the current process ---- */

enum { ANCESTORS_MAX = 4096 };

static uint64_t first_task(struct find *f)
{
	uint64_t task = kern_read_current(&f->reader), pid, parent;
	for (int i = 0; i < ANCESTORS_MAX; i++) {
		if (!member(f, task, "task_struct", "tgid", &pid) ||
		    !member(f, task, "task_struct", "real_parent", &parent))
			return 0;
		if (pid == 0)
			return parent == task ? task : 0;
		task = parent;
	}
	return 0;
}

/* What hangs from init_task: members that are followed one after the other. */
static const struct {
	const char *name;
	struct {
		const char *strct, *path;
	} way[2];
} from_init_task[] = {
    {"init_task", {{0}}},
    {"init_nsproxy", {{"task_struct", "nsproxy"}}},
    {"init_cred", {{"task_struct", "real_cred"}}},
    {"init_uts_ns", {{"task_struct", "nsproxy"}, {"nsproxy", "uts_ns"}}},
    {"init_ipc_ns", {{"task_struct", "nsproxy"}, {"nsproxy", "ipc_ns"}}},
    {"init_pid_ns", {{"task_struct", "nsproxy"}, {"nsproxy", "pid_ns_for_children"}}},
    {"init_net", {{"task_struct", "nsproxy"}, {"nsproxy", "net_ns"}}},
    {"init_user_ns", {{"task_struct", "real_cred"}, {"cred", "user_ns"}}},
    {"init_fs", {{"task_struct", "fs"}}},
    {"init_files", {{"task_struct", "files"}}},
};

static uint64_t by_task(struct find *f, const char *name)
{
	for (size_t i = 0; i < sizeof(from_init_task) / sizeof(from_init_task[0]); i++) {
		if (strcmp(from_init_task[i].name, name) != 0)
			continue;
		uint64_t at = first_task(f);
		for (int k = 0; k < 2 && from_init_task[i].way[k].strct; k++)
			if (!member(f, at, from_init_task[i].way[k].strct,
				    from_init_task[i].way[k].path, &at))
				return 0;
		return at;
	}
	return 0;
}

/* ---- by way of code ---- */

/* The page after the last that there is. */
static uint64_t last_page(void)
{
	FILE *f = fopen("/proc/zoneinfo", "re");
	char line[256];
	uint64_t spanned = 0, start, last = 0;
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, " spanned %lu", &spanned) == 1)
			continue;
		if (sscanf(line, " start_pfn: %lu", &start) == 1 && start + spanned > last)
			last = start + spanned;
	}
	if (f)
		fclose(f);
	return last;
}

/* mov disp32(%rip), %r64: the address that it reads, 0 for other instructions. */
static uint64_t loads_from(const uint8_t *insn, unsigned bytes, uint64_t next)
{
	int32_t disp;
	if (bytes != 7 || (insn[0] & 0xfb) != 0x48 || insn[1] != 0x8b || (insn[2] & 0xc7) != 0x05)
		return 0;
	memcpy(&disp, insn + 3, sizeof(disp));
	return next + (uint64_t)(int64_t)disp;
}

/* The variable that the function loads and that has this value. */
static uint64_t loaded_by(struct find *f, const char *function, uint64_t value)
{
	uint8_t code[128];
	uint64_t start;
	struct x86_insn in;
	if (!value || !symbols_kernel_find(f->syms, "vmlinux", function, &start) ||
	    kern_read(&f->reader, start, code, sizeof(code)) < 0)
		return 0;
	for (size_t at = 0; x86_decode(code + at, sizeof(code) - at, &in); at += in.bytes) {
		uint64_t addr = loads_from(code + at, in.bytes, start + at + in.bytes);
		if (addr && word_at(f, addr) == value)
			return addr;
		if (in.ret)
			break;
	}
	return 0;
}

/* ---- by way of what it says ---- */

enum { RODATA_MAX = 32 << 20, VERSION_MAX = 512 };

static uint64_t banner(struct find *f)
{
	char text[VERSION_MAX], page[KERN_READ_MAX + VERSION_MAX];
	uint64_t start;
	FILE *p = fopen("/proc/version", "re");
	size_t n = p ? fread(text, 1, sizeof(text), p) : 0, kept = 0;
	if (p)
		fclose(p);
	if (n < 32 || n == sizeof(text) ||
	    !symbols_kernel_find(f->syms, "vmlinux", "__start_rodata", &start))
		return 0;
	/* The end of each page is kept in front of the next. */
	for (uint64_t at = start; at < start + RODATA_MAX; at += KERN_READ_MAX) {
		if (kern_read(&f->reader, at, page + kept, KERN_READ_MAX) < 0)
			return 0;
		size_t have = kept + KERN_READ_MAX;
		const char *found = memmem(page, have, text, n);
		if (found)
			return at - kept + (uint64_t)(found - page);
		kept = n;
		memmove(page, page + have - kept, kept);
	}
	return 0;
}

uint64_t hidden_symbol(struct symbols *syms, struct btf *btf, const char *name)
{
	struct find f = {.syms = syms, .btf = btf};
	struct err e = {0};
	uint64_t addr;
	if (!btf || kern_reader_open(&f.reader, &e) < 0)
		return 0;
	if (!strcmp(name, "max_pfn"))
		addr = loaded_by(&f, "dma_direct_get_required_mask", last_page());
	else if (!strcmp(name, "linux_banner"))
		addr = banner(&f);
	else
		addr = by_task(&f, name);
	kern_reader_close(&f.reader);
	return addr;
}
