/* dtrace/sym/unwind.c: the table of real files says what readelf says; what is malformed is refused or left out. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "dtrace/sym/unwind.h"

static struct unwind_table table_of(const char *path)
{
	struct err e = {0};
	struct unwind_table t;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct elf_file *f = elf_file_open(fd, &e);
	assert_non_null(f);
	assert_int_equal(unwind_table_read(f, &t, &e), 0);
	elf_file_close(f);
	close(fd);
	return t;
}

static const struct image_unwind_row *row_at(const struct unwind_table *t, uint64_t pc)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (t->at[mid].pc <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &t->at[lo - 1] : NULL;
}

/* A line of readelf: "0000000000001234 rsp+16   u     c-16  c-8", columns named by the last header. */
static bool compare_line(const struct unwind_table *t, const char *line, int rbp_column)
{
	unsigned long long pc;
	char cfa[64];
	int at = 0, off = 0, rbp = 0, kind = -1;
	if (strspn(line, "0123456789abcdef") != 16 ||
	    sscanf(line, "%llx %63s%n", &pc, cfa, &at) < 2 || pc == 0)
		return false;
	if (sscanf(cfa, "rsp+%d", &off) == 1)
		kind = UNWIND_RSP;
	else if (sscanf(cfa, "rbp+%d", &off) == 1)
		kind = UNWIND_RBP;
	char column[16] = "u";
	for (int i = 0, n; i < rbp_column && sscanf(line + at, "%15s%n", column, &n) == 1; i++)
		at += n;
	if (rbp_column)
		sscanf(column, "c%d", &rbp);
	const struct image_unwind_row *r = row_at(t, pc);
	assert_non_null(r);
	/* The outermost frame; a return address that is elsewhere, as in vfork(). */
	if (r->cfa == UNWIND_END || !strstr(line, "c-8 "))
		return true;
	if (kind >= 0 && (r->cfa != (uint32_t)kind || r->cfa_offset != off || r->rbp_offset != rbp))
		fail_msg("%s: cfa %u %d, rbp %d", line, r->cfa, r->cfa_offset, r->rbp_offset);
	if (kind < 0)
		assert_true(r->cfa != UNWIND_RSP && r->cfa != UNWIND_RBP);
	return true;
}

/* "   LOC           CFA      rbx   rbp   ra": which column after CFA is rbp; 0 = none. */
static int find_rbp(const char *header)
{
	char copy[512], *save = NULL;
	int n = -1;
	snprintf(copy, sizeof(copy), "%s", header);
	for (char *w = strtok_r(copy, " \n", &save); w; w = strtok_r(NULL, " \n", &save), n++)
		if (strcmp(w, "rbp") == 0)
			return n;
	return 0;
}

static void as_readelf_says(void **state)
{
	static const char *const files[] = {"/proc/self/exe", "/lib/x86_64-linux-gnu/libc.so.6"};
	char command[256], line[512];
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[512] = "";
		if (!realpath(files[i], path))
			continue;
		struct unwind_table t = table_of(path);
		int rbp = 0, checked = 0;
		snprintf(command, sizeof(command), "readelf --debug-dump=frames-interp '%s'", path);
		FILE *f = popen(command, "r");
		while (fgets(line, sizeof(line), f)) {
			if (strstr(line, "LOC") && strstr(line, "CFA"))
				rbp = find_rbp(line);
			else
				checked += compare_line(&t, line, rbp);
		}
		pclose(f);
		assert_true(checked > 50);
		unwind_table_free(&t);
	}
}

/* The section as the whole of a file in memory. */
static int read_section(const uint8_t *p, size_t n, struct unwind_table *t)
{
	struct err e = {0};
	struct elf_section s = {
	    .name = ".eh_frame", .type = SHT_PROGBITS, .addr = 0x1000, .bytes = n};
	struct elf_file f = {.fd = -1,
			     .memory = p,
			     .bytes = n,
			     .is64 = true,
			     .machine = EM_X86_64,
			     .sections = &s,
			     .nsections = 1};
	return unwind_table_read(&f, t, &e);
}

/* A CIE of version 1, "zR", absolute pointers of 8 bytes; CFA = rsp + 8 */
#define CIE_TEXT                                                                                   \
	"\x14\0\0\0"                                                                               \
	"\0\0\0\0"                                                                                 \
	"\x01"                                                                                     \
	"zR\0"                                                                                     \
	"\x01\x78\x10"                                                                             \
	"\x01\x04"                                                                                 \
	"\x0c\x07\x08"                                                                             \
	"\x90\x01\0\0"

static void by_hand(void **state)
{
	(void)state;
	/* An FDE of 0x100 bytes at 0x4000: push rbp; mov rsp,rbp; an aligned stack. */
	static const uint8_t section[] =
	    CIE_TEXT "\x22\0\0\0"
		     "\x1c\0\0\0"
		     "\0\x40\0\0\0\0\0\0"
		     "\0\x01\0\0\0\0\0\0"
		     "\0"
		     "\x41\x0e\x10\x86\x02" /* +1: CFA = rsp + 16, rbp at CFA - 16 */
		     "\x43\x0d\x06"	    /* +3: CFA = rbp + 16 */
		     "\x0e\x18\0\0\0";
	struct unwind_table t;
	assert_int_equal(read_section(section, sizeof(section) - 1, &t), 0);
	assert_int_equal(t.n, 4);
	assert_int_equal(t.at[0].pc, 0x4000);
	assert_int_equal(t.at[0].cfa, UNWIND_RSP);
	assert_int_equal(t.at[0].cfa_offset, 8);
	assert_int_equal(t.at[1].pc, 0x4001);
	assert_int_equal(t.at[1].cfa_offset, 16);
	assert_int_equal(t.at[1].rbp_offset, -16);
	assert_int_equal(t.at[2].pc, 0x4004);
	assert_int_equal(t.at[2].cfa, UNWIND_RBP);
	assert_int_equal(t.at[2].cfa_offset, 24);
	assert_int_equal(t.at[3].pc, 0x4100);
	assert_int_equal(t.at[3].cfa, UNWIND_NONE);
	unwind_table_free(&t);
	/* Cut anywhere: never more than was there, never a crash. */
	for (size_t n = 0; n < sizeof(section) - 1; n++) {
		read_section(section, n, &t);
		assert_true(t.n <= 4);
		unwind_table_free(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(as_readelf_says),
	    cmocka_unit_test(by_hand),
	};
	return cmocka_run_group_tests_name("unwind", tests, NULL, NULL);
}
