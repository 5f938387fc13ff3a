/*
 * codec.c - lz4 and zstd behind one face
 *
 * zstd frames are written without their magic number, size and checksum: a block knows the size and has a
 * checksum of its own, and small blocks are many.
 */
#define ZSTD_STATIC_LINKING_ONLY
#include "analytics/store/codec.h"

#include <errno.h>
#include <lz4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

struct codec_state {
	ZSTD_CCtx *in;
	ZSTD_DCtx *out;
};

int codec_parse(const char *text, struct codec *out, struct err *e)
{
	char *end;
	*out = (struct codec){0};
	if (strcmp(text, "none") == 0)
		return 0;
	if (strcmp(text, "lz4") == 0) {
		out->type = CODEC_LZ4;
		return 0;
	}
	long level = strncmp(text, "zstd", 4) == 0 && text[4] >= '1' && text[4] <= '9'
			 ? strtol(text + 4, &end, 10)
			 : 0;
	if (level < 1 || level > 19 || *end)
		return err_set(e, EINVAL,
			       "compression \"%.20s\": it is one of none, lz4, zstd1 to zstd19",
			       text);
	*out = (struct codec){CODEC_ZSTD, (uint8_t)level};
	return 0;
}

const char *codec_text(struct codec c, char out[CODEC_TEXT])
{
	if (c.type == CODEC_ZSTD)
		snprintf(out, CODEC_TEXT, "zstd%u", c.level);
	else
		snprintf(out, CODEC_TEXT, "%s", c.type == CODEC_LZ4 ? "lz4" : "none");
	return out;
}

struct codec_state *codec_state_new(void)
{
	struct codec_state *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->in = ZSTD_createCCtx();
	s->out = ZSTD_createDCtx();
	if (s->in && s->out) {
		ZSTD_CCtx_setParameter(s->in, ZSTD_c_format, ZSTD_f_zstd1_magicless);
		ZSTD_CCtx_setParameter(s->in, ZSTD_c_contentSizeFlag, 0);
		ZSTD_DCtx_setParameter(s->out, ZSTD_d_format, ZSTD_f_zstd1_magicless);
		return s;
	}
	codec_state_free(s);
	return NULL;
}

void codec_state_free(struct codec_state *s)
{
	if (!s)
		return;
	ZSTD_freeCCtx(s->in);
	ZSTD_freeDCtx(s->out);
	free(s);
}

size_t codec_bound(size_t n)
{
	size_t z = ZSTD_compressBound(n), l = (size_t)LZ4_compressBound((int)n);
	return z > l ? z : l;
}

size_t codec_encode(struct codec_state *s, struct codec c, const void *in, size_t n, void *out)
{
	size_t got = 0;
	if (c.type == CODEC_LZ4) {
		int made = LZ4_compress_default(in, out, (int)n, (int)codec_bound(n));
		got = made > 0 ? (size_t)made : 0;
	} else if (c.type == CODEC_ZSTD) {
		ZSTD_CCtx_setParameter(s->in, ZSTD_c_compressionLevel, c.level);
		got = ZSTD_compress2(s->in, out, codec_bound(n), in, n);
		if (ZSTD_isError(got))
			got = 0;
	}
	return got < n ? got : 0;
}

int codec_decode(struct codec_state *s, enum codec_type type, const void *in, size_t bytes,
		 void *out, size_t n)
{
	if (type == CODEC_LZ4)
		return LZ4_decompress_safe(in, out, (int)bytes, (int)n) == (int)n ? 0 : -1;
	if (type == CODEC_ZSTD)
		return ZSTD_decompressDCtx(s->out, out, n, in, bytes) == n ? 0 : -1;
	if (bytes != n)
		return -1;
	memcpy(out, in, n);
	return 0;
}
