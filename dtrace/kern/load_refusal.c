/*
 * load_refusal.c - the verifier's refusal in the words of the D program
 *
 * The last lines of the verifier's log name the instruction it stopped at ("123: (85) call ...");
 * the image knows which D line each instruction comes from.
 */
#include "dtrace/kern/load_int.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Number of the last instruction in the log, -1 when it names none. */
static long last_insn(const char *log)
{
	const char *end = log + strlen(log);

	while (end > log) {
		const char *bol = end - 1;
		char *after;
		long n;

		while (bol > log && bol[-1] != '\n')
			bol--;
		n = strtol(bol, &after, 10);
		if (isdigit((unsigned char)*bol) && !strncmp(after, ": (", 3))
			return n;
		end = bol;
	}
	return -1;
}

/* D line of an instruction; 0 = none known. */
static uint32_t line_of(const struct image_prog *p, long insn)
{
	uint32_t line = 0;

	for (size_t i = 0; i < p->lines.n; i++) {
		if (p->lines.at[i].insn > insn && line)
			break;
		if (p->lines.at[i].line)
			line = p->lines.at[i].line;
	}
	return line;
}

static bool is_too_large(const char *log, int code)
{
	static const char *const words[] = {"program is too large", "too many", "too complex",
					    "16-bit range"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(log, words[i]))
			return true;
	return code == E2BIG;
}

/* From here on strings are likely to be what the verifier has too much of: it follows loops over them. */
enum { STRSIZE_LARGE = 4096 };

void load_refusal(const struct image_prog *p, const char *log, uint32_t prefix, uint32_t strsize,
		  struct err *e)
{
	long insn = last_insn(log) - (long)prefix;
	uint32_t line = line_of(p, insn < 0 ? 0 : insn);

	if (is_too_large(log, e->code) && strsize > STRSIZE_LARGE)
		err_set(e, e->code,
			"probe program %s is too large for the kernel's verifier: clause at line "
			"%u, with strings of %u bytes; use a smaller strsize, fewer of them at a "
			"time, or give part of the program to a second dtrace",
			p->name, line, strsize);
	else if (is_too_large(log, e->code))
		err_set(e, e->code,
			"probe program %s is too large for the kernel's verifier: clause at line "
			"%u; make it smaller, or give part of the program to a second dtrace",
			p->name, line);
	else if (*log)
		err_set(e, e->code,
			"the kernel refused the program of clause at line %u (internal error in "
			"program %s, "
			"instruction %ld; see -xbpflog)",
			line, p->name, insn);
}
