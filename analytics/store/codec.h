/*
 * codec.h - compression as a dataset chooses it: none, lz4, zstd1 .. zstd19
 */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum codec_type { CODEC_NONE, CODEC_LZ4, CODEC_ZSTD };
struct codec {
	uint8_t type;  /* enum codec_type */
	uint8_t level; /* of zstd: 1 .. 19 */
};
enum { CODEC_TEXT = 8 };

int codec_parse(const char *text, struct codec *out, struct err *e);
const char *codec_text(struct codec c, char out[CODEC_TEXT]);

/* What encoding needs again and again; one thread's. */
struct codec_state;
struct codec_state *codec_state_new(void); /* NULL: no memory */
void codec_state_free(struct codec_state *s);

/* Most bytes that n bytes become. */
size_t codec_bound(size_t n);
/* Bytes written to out (codec_bound(n) of room); 0 when it gained nothing or failed: store it as it is. */
size_t codec_encode(struct codec_state *s, struct codec c, const void *in, size_t n, void *out);
/* Exactly n bytes to out; -1 when the input is not what encodes to them. */
int codec_decode(struct codec_state *s, enum codec_type type, const void *in, size_t bytes,
		 void *out, size_t n);

#endif
