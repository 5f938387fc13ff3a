/*
 * fuzz_compile.c - any text as a D program, through the whole compiler to instructions
 *
 * Input: the text. It is compiled for a kernel that has everything (nothing is tried or loaded), so no
 * privilege is needed. Beyond not crashing: what compiles leads to instructions that the compiler's
 * own checks accept (no "internal error"), and what does not leaves a message.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dtrace/api/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void refuse(const char *what, const struct err *e)
{
	fprintf(stderr, "%s: %s\n", what, e->text);
	abort();
}

static void check_message(const struct err *e)
{
	if (!e->text[0])
		refuse("refused without a message", e);
	if (strstr(e->text, "internal error"))
		refuse("the compiler does not believe itself", e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const argv[] = {"fuzz.d", "1", "name"};
	struct err e = {0};
	struct session *s = session_new(&e);
	if (!s || session_setopt(s, "nofeature", "bpf", &e) < 0 ||
	    session_setopt(s, "zdefs", NULL, &e) < 0 || session_setopt(s, "argref", NULL, &e) < 0)
		refuse("no session", &e);
	struct session_source src = {.text = (const char *)data,
				     .len = size,
				     .filename = argv[0],
				     .level = SESSION_NAME,
				     .is_file = true,
				     .argc = sizeof(argv) / sizeof(argv[0]),
				     .argv = argv};
	struct session_program *p = session_compile(s, &src, &e);
	if (p)
		session_enable(s, p);
	if (!p || session_lower(s, &e) < 0)
		check_message(&e);
	session_free(s);
	return 0;
}
