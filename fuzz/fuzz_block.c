/* Blocks of the store, with a checksum that is right, and segments of its journal: whatever they say. */
#include "analytics/store/block.h"
#include "analytics/store/journal.h"
#include "base/crc32c.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_frame(void *arg, uint32_t dataset, struct frame *f)
{
	(void)arg;
	(void)dataset;
	for (uint32_t i = 1; i < f->ncells; i++)
		assert(f->cells[i - 1].key <= f->cells[i].key);
}
static void take_key(void *arg, uint32_t dataset, uint32_t id, int64_t since, const char *text)
{
	(void)arg;
	(void)dataset;
	(void)id;
	(void)since;
	assert(text);
}
static void take_cut(void *arg, uint32_t dataset, int64_t second)
{
	(void)arg;
	(void)dataset;
	(void)second;
}

/* What was read is in order, and can be written and read again. */
static void look(struct chunk *c, struct codec_state *state)
{
	for (uint32_t i = 0; i < c->n; i++) {
		assert(i == 0 || c->entries[i - 1].second < c->entries[i].second);
		assert(c->entries[i].first + c->entries[i].ncells <= c->ncells);
	}
	struct chunk again;
	struct err e = {0};
	BUF_AUTO out = {0};
	bool distribution = c->ncells && c->cells[0].bucket >= 0;
	if (block_encode(c, 0, c->n, distribution, false, state, (struct codec){CODEC_LZ4, 0},
			 &out) == 0 &&
	    block_decode(out.p, out.n, state, &again, &e) == 0)
		chunk_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct journal_ops ops = {take_frame, take_key, take_cut};
	struct codec_state *state = codec_state_new();
	struct chunk c;
	struct err e = {0};
	uint8_t *p = malloc(size + 32);
	if (p && state && size > 8) {
		memcpy(p, data, size);
		uint32_t crc = crc32c(0, p + 8, size - 8);
		for (int i = 0; i < 4; i++)
			p[4 + i] = (uint8_t)(crc >> (8 * i));
		p[0] = 'G';
		p[1] = 'B';
		p[2] = 1;
		if (block_decode(p, size, state, &c, &e) == 0) {
			look(&c, state);
			chunk_fini(&c);
		}
		/* One record of a journal. */
		memcpy(p, "GHJRNL\0\1", 8);
		crc = crc32c(0, data, size);
		for (int i = 0; i < 4; i++) {
			p[8 + i] = (uint8_t)(size >> (8 * i));
			p[12 + i] = (uint8_t)(crc >> (8 * i));
		}
		memcpy(p + 16, data, size);
		journal_parse(p, size + 16, &ops, NULL);
		/* And the bytes as they are. */
		journal_parse(data, size, &ops, NULL);
	}
	free(p);
	codec_state_free(state);
	return 0;
}
