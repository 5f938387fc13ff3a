/*
 * fuzz_format.c - any text as a format, any bytes as its arguments
 *
 * Input: a NUL-terminated format, then the record's data. Every conversion is given an argument of each encoding in turn.
 * Of the parser's answer it is checked that the conversions cover the format in order, and that an error
 * lies within; of the printing, that it ends and that memory stays whole.
 */
#include "dtrace/builtin/format.h"
#include "dtrace/output/output.h"
#include "test/unit/plan_fixture.h"

enum { ARGS = 6 };

static int swallow(void *arg, const char *p, size_t n, const struct output_origin *origin)
{
	(void)origin;
	for (size_t i = 0; i < n; i++)
		*(unsigned char *)arg ^= (unsigned char)p[i];
	return 0;
}

static void must(bool so)
{
	if (!so)
		__builtin_trap();
}

static void parse(const char *text, size_t n)
{
	struct arena *a = arena_new();
	struct format f;
	struct format_error wrong;
	if (!format_parse(a, text, &f, &wrong)) {
		must(wrong.offset <= n && wrong.conv > 0 && wrong.text[0]);
		arena_free(a);
		return;
	}
	size_t at = 0;
	uint32_t nargs = 0;
	for (uint32_t i = 0; i < f.nconvs; i++) {
		const struct format_conv *c = &f.convs[i];
		must(c->offset >= at && c->offset - c->text_bytes >= at && c->text_bytes <= n);
		must(memcmp(c->text, text + c->offset - c->text_bytes, c->text_bytes) == 0);
		must((c->kind == FK_TEXT) == (text[c->offset] == '\0'));
		nargs += c->class != FORMAT_NONE && !(c->flags & FORMAT_AGG);
		nargs += (c->flags & FORMAT_DYNWIDTH) != 0;
		nargs += (c->flags & FORMAT_DYNPREC) != 0;
		at = c->offset + (c->kind != FK_TEXT);
	}
	must(nargs == f.nargs);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		enum plan_enc enc;
		uint32_t size;
	} arg[ARGS] = {{ENC_INT, 8},	{ENC_STR, 24},	  {ENC_STRID, 4},
		       {ENC_BYTES, 13}, {ENC_KSTACK, 16}, {ENC_UADDR, 16}};
	size_t n = strnlen((const char *)data, size), used = n < size ? n + 1 : size;
	char *text = strndup((const char *)data, n);
	unsigned char sum = 0;
	parse(text, n);
	struct fx *f = fx_new(1);
	*vec_push(&f->im.plan.strings, f->im.arena) = "id";
	struct plan_seg *s = fx_seg(f);
	struct plan_action *a = fx_act(f, s, PACT_PRINTF);
	a->format = text;
	for (unsigned i = 0; i < 2 * ARGS; i++) {
		struct plan_rec *r = fx_val(f, s, a, arg[i % ARGS].enc, arg[i % ARGS].size, i & 1);
		r->arg = 2;
	}
	struct output_opts opts = {.quiet = true};
	struct output_ops ops = {.write = swallow, .arg = &sum};
	struct err e = {0};
	struct output *o = output_new(&f->im, NULL, NULL, &opts, &ops, &e);
	struct consume_ops cops = {output_record, output_drop, o};
	struct consume *c = consume_new(&f->in, &cops, &e);
	uint64_t pos;
	uint8_t *p = fx_reserve(f, 0, 0, 12, &pos);
	size_t room = s->bytes - IMAGE_REC_DATA;
	memcpy(p + IMAGE_REC_DATA, data + used, size - used < room ? size - used : room);
	fx_commit(p, pos, false);
	consume_drain(c, true);
	output_flush(o);
	consume_free(c);
	output_free(o);
	fx_free(f);
	free(text);
	return 0;
}
