/*
 * replay.c - runs a fuzz target over files, without a fuzzer
 *
 * Each file named as an argument goes in as it is, and then VARIANTS times damaged: a byte in front,
 * the end cut off, bytes changed, a piece repeated. The damage follows from the file's number and
 * the variant alone, so a run can be repeated. Nothing is checked but what the target itself checks.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VARIANTS = 24 };

/* xorshift64: any sequence does, as long as it is the same every time. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void damage(const struct buf *in, struct buf *out, uint64_t seed)
{
	uint64_t random = 0x9e3779b97f4a7c15ull * (seed + 1);
	const char *data = buf_str(in);
	size_t from = in->n ? next_random(&random) % in->n : 0;
	size_t len = in->n ? next_random(&random) % (in->n - from) + 1 : 0;
	buf_clear(out);
	switch (seed % 4) {
	case 0: /* a byte in front: for most targets the first one chooses options */
		buf_add(out, &(char){(char)next_random(&random)}, 1);
		buf_add(out, data, in->n);
		return;
	case 1: /* the end cut off */
		buf_add(out, data, from);
		return;
	case 2: /* a piece repeated */
		buf_add(out, data, from + (in->n ? 1 : 0));
		buf_add(out, data + from, len);
		buf_add(out, data + from, in->n - from);
		return;
	default: /* bytes changed */
		buf_add(out, data, from);
		for (size_t i = from; i < in->n; i++) {
			uint64_t r = next_random(&random);
			buf_add(out, r % 16 ? data + i : &(char){(char)(r >> 32)}, 1);
		}
	}
}

static void read_file(const char *path, struct buf *out)
{
	uint8_t block[4096];
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	buf_clear(out);
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_add(out, block, n);
	fclose(f);
}

static void run(const struct buf *input)
{
	LLVMFuzzerTestOneInput((const uint8_t *)buf_str(input), input->n);
}

int main(int argc, char **argv)
{
	BUF_AUTO file = {0}, variant = {0};
	unsigned long runs = 0;
	for (int i = 1; i < argc; i++) {
		read_file(argv[i], &file);
		run(&file);
		for (unsigned v = 0; v < VARIANTS; v++) {
			damage(&file, &variant, (uint64_t)i * VARIANTS + v);
			run(&variant);
		}
		runs += VARIANTS + 1;
	}
	printf("%lu inputs\n", runs);
	return 0;
}
