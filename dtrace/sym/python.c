/*
 * python.c - layouts of CPython's structures, on 64-bit machines; see python.h
 *
 * Those of 3.11 and 3.12 are what Include/internal/pycore_runtime.h, pycore_interp.h, pycore_frame.h and
 * Include/cpython/pystate.h, code.h, unicodeobject.h make them; the table of 3.13 is _Py_DebugOffsets of
 * pycore_runtime.h: 64-bit numbers behind a cookie. It lies in the memory of another process: what it says is an offset to
 * read at and no more, so a table that lies makes stacks wrong and nothing else.
 */
#include "dtrace/sym/python.h"

#include "dtrace/sym/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Owner of the frame that stands where C calls the interpreter (FRAME_OWNED_BY_CSTACK). */
enum { OF_C_STACK = 3 };

static const struct image_python_layout of_3_11 = {.interpreters = 40,
						   .threads = 16,
						   .thread_next = 8,
						   .thread_id = 152,
						   .thread_frame = 56,
						   .pointed = 8,
						   .is_pointed = 1,
						   .frame_code = 32,
						   .frame_previous = 48,
						   .frame_mark = 68,
						   .code_line = 72,
						   .code_file = 112,
						   .code_name = 128,
						   .ascii_text = 48,
						   .utf8 = 56,
						   .text = 72};

static const struct image_python_layout of_3_12 = {.interpreters = 40,
						   .threads = 72,
						   .thread_next = 8,
						   .thread_id = 136,
						   .thread_frame = 56,
						   .pointed = 0,
						   .is_pointed = 1,
						   .frame_code = 0,
						   .frame_previous = 8,
						   .frame_mark = 70,
						   .stand_in = OF_C_STACK,
						   .code_line = 68,
						   .code_file = 112,
						   .code_name = 128,
						   .ascii_text = 40,
						   .utf8 = 48,
						   .text = 56};

/* Words of the table of 3.13. */
enum {
	T_COOKIE = 0,
	T_VERSION = 1,
	T_FREE_THREADED = 2,
	T_INTERPRETERS = 5,
	T_THREADS = 9,
	T_THREAD_NEXT = 21,
	T_THREAD_FRAME = 23,
	T_THREAD_ID = 24,
	T_FRAME_PREVIOUS = 29,
	T_FRAME_CODE = 30,
	T_FRAME_OWNER = 33,
	T_CODE_FILE = 35,
	T_CODE_NAME = 37,
	T_CODE_LINE = 39,
	T_ASCII_BYTES = 70,
	T_WORDS
};

static bool read_table(pid_t pid, unsigned minor, uint64_t runtime, uint64_t *table)
{
	if (!process_read(pid, runtime, table, T_WORDS * sizeof(*table)) ||
	    memcmp(&table[T_COOKIE], "xdebugpy", 8) != 0 ||
	    table[T_VERSION] >> 16 != (3u << 8 | minor) || table[T_FREE_THREADED])
		return false;
	for (int i = T_FREE_THREADED; i < T_WORDS; i++)
		if (table[i] > UINT32_MAX)
			return false;
	return true;
}

/* A string that is not ASCII has the length and the place of its UTF-8 form behind what every string has. */
static bool of_3_13(pid_t pid, uint64_t runtime, struct image_python_layout *out)
{
	uint64_t t[T_WORDS];

	if (!read_table(pid, 13, runtime, t))
		return false;
	*out = (struct image_python_layout){.interpreters = (uint16_t)t[T_INTERPRETERS],
					    .threads = (uint16_t)t[T_THREADS],
					    .thread_next = (uint16_t)t[T_THREAD_NEXT],
					    .thread_id = (uint16_t)t[T_THREAD_ID],
					    .thread_frame = (uint16_t)t[T_THREAD_FRAME],
					    .frame_code = (uint16_t)t[T_FRAME_CODE],
					    .frame_previous = (uint16_t)t[T_FRAME_PREVIOUS],
					    .frame_mark = (uint16_t)t[T_FRAME_OWNER],
					    .stand_in = OF_C_STACK,
					    .code_line = (uint16_t)t[T_CODE_LINE],
					    .code_file = (uint16_t)t[T_CODE_FILE],
					    .code_name = (uint16_t)t[T_CODE_NAME],
					    .ascii_text = (uint16_t)t[T_ASCII_BYTES],
					    .utf8 = (uint16_t)(t[T_ASCII_BYTES] + 8),
					    .text = (uint16_t)(t[T_ASCII_BYTES] + 16)};
	return true;
}

unsigned python_version(const char *file)
{
	const char *at = strncmp(file, "lib", 3) == 0 ? file + 3 : file;
	char *end;

	if (strncmp(at, "python3.", 8) != 0)
		return 0;
	unsigned long minor = strtoul(at + 8, &end, 10);
	return minor >= 11 && minor <= 13 && (!*end || *end == '.') ? (unsigned)minor : 0;
}

bool python_layout(pid_t pid, unsigned minor, uint64_t runtime, struct image_python_layout *out)
{
	if (minor == 13)
		return of_3_13(pid, runtime, out);
	*out = minor == 12 ? of_3_12 : of_3_11;
	return minor == 11 || minor == 12;
}

/* Bytes of a character in UTF-8, 1 to 4. */
static size_t encode(uint32_t c, char to[4])
{
	static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(first[n == 1 ? 0 : n] | c);
	return n;
}

static uint32_t character(const char *raw, unsigned kind, size_t i)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;

	memcpy(&one, raw + i, 1);
	if (kind == 1)
		return one;
	if (kind == 2) {
		memcpy(&two, raw + 2 * i, sizeof(two));
		return two;
	}
	memcpy(&four, raw + 4 * i, sizeof(four));
	return four;
}

void python_text(const char *raw, size_t n, struct image_text is, char *out, size_t size)
{
	size_t units = is.kind == 1 ? strnlen(raw, n) : is.units, used = 0;

	if (is.kind != 1 && is.kind != 2 && is.kind != 4) {
		snprintf(out, size, "%.*s", (int)n, raw);
		return;
	}
	for (size_t i = 0; i < units && i < n / is.kind; i++) {
		char to[4];
		uint32_t c = character(raw, is.kind, i);
		if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			c = '?';
		size_t bytes = encode(c, to);
		if (used + bytes >= size)
			break;
		memcpy(out + used, to, bytes);
		used += bytes;
	}
	out[used] = 0;
}
