/* test_elf.c - sym/: ELF files, instructions, notes of static probes */
#include "dtrace/sym/elf_file.h"
#include "dtrace/sym/stapsdt.h"
#include "dtrace/sym/x86.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- ELF ---- */

__attribute__((noinline, used)) static int a_function_to_find(int n)
{
	return n + 1;
}

static struct elf_file *open_self(void)
{
	struct err e = {0};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct elf_file *f = elf_file_open(fd, &e);
	close(fd);
	assert_non_null(f);
	return f;
}

static void functions_of_a_program(void **state)
{
	(void)state;
	struct elf_file *f = open_self();
	struct elf_funcs t;
	struct err e = {0};
	uint64_t offset, addr, back;
	unsigned found = 0;

	assert_int_equal(elf_file_functions(f, "", NULL, &t, &e), 0);
	for (size_t i = 0; i < t.n; i++) {
		assert_true(i == 0 || t.at[i].addr >= t.at[i - 1].addr);
		if (strcmp(t.at[i].name, "a_function_to_find") != 0)
			continue;
		found++;
		assert_true(t.at[i].size > 0);
		assert_true(elf_file_offset(f, t.at[i].addr, &offset));
		assert_true(elf_file_address(f, offset, &back));
		assert_int_equal(back, t.at[i].addr);
		assert_true(elf_file_symbol(f, "a_function_to_find", &addr));
		assert_int_equal(addr, t.at[i].addr);
		assert_ptr_equal(elf_funcs_at(&t, addr), &t.at[i]);
		assert_string_equal(elf_funcs_at(&t, addr + t.at[i].size - 1)->name,
				    "a_function_to_find");
	}
	assert_int_equal(found, 1);
	assert_null(elf_funcs_at(&t, 1));
	elf_funcs_free(&t);
	elf_file_close(f);
}

static void malformed_files_are_refused(void **state)
{
	(void)state;
	struct err e = {0};
	unsigned char head[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

	assert_null(elf_file_memory("", 0, false, &e));
	assert_null(elf_file_memory("#!/bin/sh\n.......", 17, false, &e));
	assert_string_equal(e.text, "not an ELF file");
	assert_null(elf_file_memory(head, 40, false, &e));
	assert_non_null(strstr(e.text, "ends in its header"));
	head[0x3c] = 5; /* sections, at an offset behind the end */
	head[0x3a] = 64;
	head[0x28 + 6] = 1;
	assert_null(elf_file_memory(head, sizeof(head), false, &e));
	assert_non_null(strstr(e.text, "section headers lie outside"));
	head[0x3a] = 3;
	assert_null(elf_file_memory(head, sizeof(head), false, &e));
	assert_non_null(strstr(e.text, "wrong size"));
	head[EI_DATA] = ELFDATA2MSB;
	assert_null(elf_file_memory(head, sizeof(head), false, &e));
	assert_non_null(strstr(e.text, "another kind of machine"));
}

/* ---- instructions ---- */

static size_t bytes_of(const char *hex, uint8_t *out)
{
	size_t n = 0;
	for (; hex[0] && hex[1]; hex += 2)
		out[n++] = (uint8_t)strtoul((char[]){hex[0], hex[1], 0}, NULL, 16);
	return n;
}

static void instructions(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		int bytes; /* 0: none */
		bool cheap, harmless, ret, unfit;
	} rows[] = {
	    {"55", 1, true, false, false},	  /* push %rbp */
	    {"4155", 2, true, false, false},	  /* push %r13 */
	    {"4855", 2, false, false, false},	  /* rex.W push */
	    {"90", 1, true, true, false},	  /* nop */
	    {"0f1f440000", 5, true, true, false}, /* nop of five bytes */
	    {"0f1f00", 3, false, true, false},
	    {"f30f1efa", 4, false, true, false},   /* endbr64 */
	    {"e800000000", 5, true, false, false}, /* call */
	    {"66e80000", 0, false, false, false},  /* cut short: no 16-bit form */
	    {"eb00", 2, true, false, false},
	    {"0f8400000000", 6, true, false, false},
	    {"7402", 2, true, false, false},
	    {"c3", 1, false, false, true},
	    {"f3c3", 2, false, false, true},
	    {"c20800", 3, false, false, true},
	    {"4889e5", 3, false, true, false},	       /* mov %rsp,%rbp */
	    {"4889c7", 3, false, false, false},	       /* mov %rax,%rdi: an argument */
	    {"488b07", 3, false, true, false},	       /* mov (%rdi),%rax */
	    {"488907", 3, false, false, false},	       /* mov %rax,(%rdi): memory */
	    {"4883ec10", 4, false, false, false},      /* sub $16,%rsp */
	    {"31c0", 2, false, true, false},	       /* xor %eax,%eax */
	    {"31ff", 2, false, false, false},	       /* xor %edi,%edi */
	    {"4885ff", 3, false, true, false},	       /* test %rdi,%rdi */
	    {"488d0500000000", 7, false, true, false}, /* lea 0(%rip),%rax */
	    {"48b80102030405060708", 10, false, true, false},
	    {"66b80102", 4, false, true, false},
	    {"48a30102030405060708", 10, false, false, false},
	    {"f6450001", 4, false, true, false},     /* test $1,(%rbp) */
	    {"f65500", 3, false, false, false},	     /* not */
	    {"c8100000", 4, false, false, false},    /* enter */
	    {"c5f877", 3, false, true, false, true}, /* vzeroupper: ja to the kernel */
	    {"c4e27d1805", 0, false, false, false},
	    {"62f17c48100500000000", 10, false, true, false},	  /* vmovups */
	    {"62f17c48110500000000", 10, false, false, false},	  /* ... to memory */
	    {"62e27d287ac6", 6, false, true, false, true},	  /* vpbroadcastb %esi,%ymm16: jp */
	    {"c5f9ebc1", 4, false, true, false, true},		  /* vpor: jmp */
	    {"c5f9e8c1", 4, false, false, false, true},		  /* vpsubsb: call */
	    {"c5f8c2c100", 5, false, false, false, true},	  /* vcmpps: ret */
	    {"c4e2719ac2", 5, false, false, false, true},	  /* vfmsub132ps: lcall */
	    {"c5f86fc1", 4, false, true, false, true},		  /* vmovdqa: outs */
	    {"f00fbaaf0803000005", 9, false, false, false, true}, /* lock bts */
	    {"660f6ec6", 4, false, false, false, false},	  /* movd, without VEX */
	    {"c5f954c1", 4, false, false, false, false},	  /* vandpd */
	    {"c4e3f96bc210", 6, false, false, false, true},	  /* vfmaddsd of four: none */
	    {"4990", 2, false, false, false, true},		  /* xchg %rax,%r8: nop */
	    {"f390", 2, false, false, false, false},		  /* pause is one */
	    {"660f3a0fc108", 6, false, false, false},
	    {"06", 0, false, false, false},
	    {"66", 0, false, false, false},
	    {"", 0, false, false, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t code[32];
		struct x86_insn in;
		size_t n = bytes_of(rows[i].code, code);
		bool ok = x86_decode(code, n, &in);
		if (ok != (rows[i].bytes > 0) ||
		    (ok && (in.bytes != rows[i].bytes || in.cheap != rows[i].cheap ||
			    in.harmless != rows[i].harmless || in.ret != rows[i].ret ||
			    in.unfit != rows[i].unfit)))
			fail_msg("%s: %d bytes, cheap %d, harmless %d, ret %d, unfit %d",
				 rows[i].code, ok ? in.bytes : 0, in.cheap, in.harmless, in.ret,
				 in.unfit);
	}
}

static void nops_and_red_zones(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		bool nop5, unfit;
	} rows[] = {
	    {"0f1f440000", true, false},	 {"660f1f4000", true, false},
	    {"6666666690", true, false},	 {"0f1f4000", false, false},
	    {"e900000000", true, false},	 {"e901000000", false, false},
	    {"8fe97890c0", false, true},				 /* vprotb, of XOP */
	    {"8fea7810c001000000", false, true}, {"8fc0", false, false}, /* pop %rax */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t code[32];
		struct x86_insn in;
		size_t n = bytes_of(rows[i].code, code);
		if (!x86_decode(code, n, &in) || in.bytes != n || in.nop5 != rows[i].nop5 ||
		    in.unfit != rows[i].unfit)
			fail_msg("%s: %d bytes, nop of five %d, unfit %d", rows[i].code, in.bytes,
				 in.nop5, in.unfit);
	}
	uint8_t code[32];
	assert_true(x86_may_use_red_zone(code, bytes_of("48897c24f80f1f4400c3", code)));
	assert_false(x86_may_use_red_zone(code, bytes_of("e800000000c3", code)));
	assert_false(x86_may_use_red_zone(code, bytes_of("ff10c3", code)));    /* call *(%rax) */
	assert_true(x86_may_use_red_zone(code, bytes_of("ff20", code)));       /* jmp *(%rax) */
	assert_true(x86_may_use_red_zone(code, bytes_of("ff08ff00c3", code))); /* dec, inc */
}

/* Where code is left; -1: in no place, or several. */
static int64_t only_exit(const uint8_t *code, size_t n)
{
	struct x86_insn in;
	size_t at = x86_is_code(code, n) ? x86_next_exit(code, n, 0, &in) : n;

	return at < n && x86_next_exit(code, n, at + in.bytes, &in) == n ? (int64_t)at : -1;
}

static void entries_and_returns(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		int64_t entry;
		int64_t ret;
	} rows[] = {
	    {"55c3", 0, 1},
	    {"f30f1efa55c3", 4, 5},	       /* past endbr64 */
	    {"f30f1efa4883ec08c3", 0, 8},      /* nothing cheap behind it */
	    {"31c04889e555c3", 5, 6},	       /* past two harmless ones */
	    {"31ff55c3", 0, 3},		       /* not past what changes an argument */
	    {"31c055ebfdc3", 0, 5},	       /* something jumps there */
	    {"31c055ebfbc3", 2, 5},	       /* something jumps to the beginning: recursion */
	    {"55c3c3", 0, -1},		       /* two returns */
	    {"55e9f0ffffff", 0, 1},	       /* leaves by a jump */
	    {"55c306", 0, -1},		       /* no code */
	    {"c44101efff89f809f0488b", 5, -1}, /* past vpxor %xmm15; more of it was not read */
	    {"55ff6018", 0, 1},		       /* leaves to what an object names */
	    {"55ff24c500000000", 0, -1},       /* a table of jumps within */
	    {"55ffe0", 0, -1},		       /* that may be one, too */
	    {"550f84f0ffffff", 0, -1},	       /* it may go on */
	    {"06c3", 0, -1},
	    {"62e27d287ac64889f8c3", 6, 9},	/* past what is unfit */
	    {"62e27d287ac689f87400c3", 8, 10},	/* ... to what is cheap */
	    {"c5f9e8c1c3", -1, 4},		/* unfit, and not to be passed over */
	    {"62e27d287ac64889f8ebfb", -1, -1}, /* something jumps to where it would lie */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t code[32];
		size_t n = bytes_of(rows[i].code, code);
		if (x86_entry_offset(code, n) != rows[i].entry || only_exit(code, n) != rows[i].ret)
			fail_msg("%s: entry %lld, return %lld", rows[i].code,
				 (long long)x86_entry_offset(code, n),
				 (long long)only_exit(code, n));
	}
}

/* ---- static probes ---- */

static bool find_symbol(void *arg, const char *name, uint64_t *addr)
{
	(void)arg;
	*addr = 0x3000;
	return !strcmp(name, "known");
}

static const char *operand_text(const struct sdt_arg *a)
{
	static char out[128];
	static const char *const kinds[] = {"unknown", "const", "reg", "mem"};
	int n = snprintf(out, sizeof(out), "%s %s%d", kinds[a->kind], a->is_signed ? "-" : "",
			 a->bytes);
	if (a->kind == SDT_REG)
		snprintf(out + n, sizeof(out) - (size_t)n, " r%d>>%d", a->base, a->shift);
	if (a->kind == SDT_CONST)
		snprintf(out + n, sizeof(out) - (size_t)n, " %lld", (long long)a->disp);
	if (a->kind == SDT_MEM)
		snprintf(out + n, sizeof(out) - (size_t)n, " %lld+r%d+r%d*%d", (long long)a->disp,
			 a->base, a->index, a->scale);
	return out;
}

static void operands(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
	    {"8@%rax", "reg 8 r0>>0"},
	    {"-4@%edi", "reg -4 r7>>0"},
	    {"2@%r15w", "reg 2 r15>>0"},
	    {"1@%ah", "reg 1 r0>>8"},
	    {"1@%sil", "reg 1 r6>>0"},
	    {"1@%r10b", "reg 1 r10>>0"},
	    {"%rbx", "reg 8 r3>>0"},
	    {"-4@$-7", "const -4 -7"},
	    {"8@$0x10", "const 8 16"},
	    {"8@$18446744073709551615", "const 8 -1"},
	    {"4@(%r12)", "mem 4 0+r12+r-1*0"},
	    {"-8@-136(%rbp)", "mem -8 -136+r5+r-1*0"},
	    {"8@8(%rax,%rcx,4)", "mem 8 8+r0+r1*4"},
	    {"8@(,%rcx,8)", "mem 8 0+r-1+r1*8"},
	    {"8@16+8(%rsp)", "mem 8 24+r4+r-1*0"},
	    {"4@known(%rip)", "mem 4 8192+r16+r-1*0"}, /* 0x3000 - 0x1000 */
	    {"4@40+known(%rip)", "mem 4 8232+r16+r-1*0"},
	    {"4@known-4(%rip)", "mem 4 8188+r16+r-1*0"},
	    {"4@unknown(%rip)", "unknown 4"},
	    {"8f@%xmm0", "unknown 8"},
	    {"8f@%rdx", "reg 8 r2>>0"},
	    {"4f@$1", "unknown 4"},
	    {"8@%xmm0", "unknown 8"},
	    {"8@%fs:40", "unknown 8"},
	    {"3@%rax", "unknown 8"},
	    {"8@(%rax", "unknown 8"},
	    {"8@(%rax,%rcx,3)", "unknown 8"},
	    {"8@", "unknown 8"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sdt_arg a[SDT_ARGS_MAX];
		assert_int_equal(sdt_args_parse(rows[i][0], 0x1000, find_symbol, NULL, a), 1);
		assert_string_equal(operand_text(&a[0]), rows[i][1]);
	}
	struct sdt_arg many[SDT_ARGS_MAX];
	assert_int_equal(sdt_args_parse("", 0, NULL, NULL, many), 0);
	assert_int_equal(sdt_args_parse("1@%al  2@%ax 4@%eax", 0, NULL, NULL, many), 3);
	char text[(SDT_ARGS_MAX + 1) * 6 + 1] = "";
	for (int i = 0; i <= SDT_ARGS_MAX; i++)
		strcat(text, "1@%al ");
	assert_int_equal(sdt_args_parse(text, 0, NULL, NULL, many), SDT_ARGS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(functions_of_a_program), cmocka_unit_test(malformed_files_are_refused),
	    cmocka_unit_test(instructions),	      cmocka_unit_test(nops_and_red_zones),
	    cmocka_unit_test(entries_and_returns),    cmocka_unit_test(operands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
