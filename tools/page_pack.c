/*
 * page_pack.c - the files of web/ as C, so that analyticsd needs no files beside it
 *
 *	page_pack FOLDER FILE...
 *
 * In: names of files below FOLDER. Out, on stdout: the array page_packed[] of analytics/http/page.h, each file
 * compressed by gzip and, where the library is there, by Brotli. What a compression does not make smaller is left
 * out; the plain text is what gzip's is unpacked to, so every file has that.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#ifdef HAVE_BROTLI
#include <brotli/encode.h>
#endif

struct bytes {
	unsigned char *p;
	size_t n;
};

static struct bytes slurp(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	struct bytes b = {0};
	long n = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	if (n >= 0 && (b.p = malloc((size_t)n + 1))) {
		rewind(f);
		b.n = fread(b.p, 1, (size_t)n, f);
	}
	if (!f || n < 0 || b.n != (size_t)n) {
		perror(path);
		exit(1);
	}
	fclose(f);
	return b;
}

static struct bytes gzip(struct bytes in)
{
	z_stream z = {.next_in = in.p, .avail_in = (uInt)in.n};
	struct bytes out = {malloc(in.n + 1024), 0};
	if (!out.p || deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		exit(1);
	z.next_out = out.p;
	z.avail_out = (uInt)(in.n + 1024);
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		exit(1);
	out.n = z.total_out;
	deflateEnd(&z);
	return out;
}

static struct bytes brotli(struct bytes in)
{
	struct bytes out = {NULL, 0};
#ifdef HAVE_BROTLI
	out = (struct bytes){malloc(in.n + 1024), in.n + 1024};
	if (!out.p || !BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS,
					     BROTLI_MODE_TEXT, in.n, in.p, &out.n, out.p))
		exit(1);
#else
	(void)in;
#endif
	return out;
}

/* A packed text that is no smaller than the plain one is of no use, but for the unpacking. */
static void print_array(const char *name, int i, struct bytes b)
{
	printf("static const unsigned char %s_%d[] = {", name, i);
	for (size_t k = 0; k < b.n; k++)
		printf("%s%u,", k % 32 ? "" : "\n", b.p[k]);
	printf("%s};\n", b.n ? "" : "0");
}

int main(int argc, char **argv)
{
	puts("/* Made by tools/page_pack.c. */\n#include \"analytics/http/page.h\"\n");
	size_t *sizes = calloc((size_t)argc * 4 + 1, sizeof *sizes);
	if (!sizes || argc < 2)
		return 1;
	for (int i = 2; i < argc; i++) {
		struct bytes text = slurp(argv[1], argv[i]), packed = gzip(text),
			     small = brotli(text);
		size_t *s = sizes + i * 4;
		s[0] = text.n, s[1] = packed.n, s[2] = small.n, s[3] = crc32_z(0, text.p, text.n);
		print_array("gzip", i, packed);
		print_array("brotli", i, small);
		free(text.p), free(packed.p), free(small.p);
	}
	puts("const struct page_packed page_packed[] = {");
	for (int i = 2; i < argc; i++) {
		const size_t *s = sizes + i * 4;
		printf("{\"%s\", %zu, %zuu, gzip_%d, %zu, brotli_%d, %zu},\n", argv[i], s[0], s[3],
		       i, s[1], i, s[2]);
	}
	puts("{0}};");
	free(sizes);
	return 0;
}
