/*
 * stapsdt.h - notes of static probes (section .note.stapsdt) and the words that say where arguments lie
 *
 * The format is SystemTap's (sys/sdt.h), which every compiled-in probe on Linux uses:
 *
 *	owner "stapsdt", type 3, description:
 *	address of the probe, address of .stapsdt.base as it was linked, address of the semaphore or 0
 *	(as wide as addresses are), then three texts: provider, name, arguments
 *
 * Arguments are separated by blanks: SIZE@OPERAND, the size in bytes, negative when signed, with an f
 * behind it when floating; the operand as the assembler writes it: %reg, $constant,
 * disp(base,index,scale), symbol+disp(%rip).
 */
#ifndef SYM_STAPSDT_H
#define SYM_STAPSDT_H

#include "dtrace/sym/elf_file.h"

enum { SDT_ARGS_MAX = 32 };

enum sdt_kind {
	SDT_UNKNOWN, /* an operand that cannot be read here: a vector register, a wrong one */
	SDT_CONST,   /* disp */
	SDT_REG,     /* base, its bits from `shift` up */
	SDT_MEM,     /* memory at base + index * scale + disp; registers may be absent */
};
/* Registers by their number in instructions: rax rcx rdx rbx rsp rbp rsi rdi r8 ... r15. */
enum { SDT_NO_REG = -1, SDT_RIP = 16, SDT_NREGS = 17 };

struct sdt_arg {
	enum sdt_kind kind;
	uint8_t bytes; /* 1, 2, 4, 8 */
	bool is_signed, is_float;
	int8_t base, index; /* SDT_NO_REG: none */
	uint8_t scale, shift;
	int64_t disp;
};

struct sdt_note {
	uint64_t addr, base, semaphore; /* in the file's own address space; 0: none */
	const char *provider, *name, *args;
};

/* Reads the description of a note; texts point into it. False when it is malformed. */
bool sdt_note_parse(const struct elf_file *f, const struct elf_note *n, struct sdt_note *out);

/* Finds the address of a symbol that an operand names; false: there is none. */
typedef bool sdt_symbol_fn(void *arg, const char *name, uint64_t *addr);
/* Reads an argument list; at most SDT_ARGS_MAX, returns how many. pc: address of the probe, from which operands
 * with a symbol are reached. symbol may be NULL. What cannot be understood is SDT_UNKNOWN. */
unsigned sdt_args_parse(const char *text, uint64_t pc, sdt_symbol_fn *symbol, void *arg,
			struct sdt_arg *out);

#endif
