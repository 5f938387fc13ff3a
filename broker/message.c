/*
 * message.c - one table of fields a message, and the codec that walks it; see message.h and protocol.h
 *
 * Hostile input: nothing is believed. A count may not be larger than the bytes that are left, so that what
 * is allocated is bounded by what was sent; a body must be used up exactly.
 */
#include "broker/message.h"

#include <errno.h>
#include <string.h>

enum field_kind { F_END, F_U, F_I, F_S, F_B, F_LIST };
struct field {
	uint8_t kind;
	uint16_t at, count_at; /* offsets of the value, and of its count: F_B, F_LIST */
	uint16_t size;	       /* of an element */
	const struct field *of;
};

#define AT(type, member) (uint16_t) offsetof(struct type, member)
#define U(type, member)                                                                            \
	{                                                                                          \
		.kind = F_U, .at = AT(type, member)                                                \
	}
#define I(type, member)                                                                            \
	{                                                                                          \
		.kind = F_I, .at = AT(type, member)                                                \
	}
#define S(type, member)                                                                            \
	{                                                                                          \
		.kind = F_S, .at = AT(type, member)                                                \
	}
#define B(type, p, n)                                                                              \
	{                                                                                          \
		.kind = F_B, .at = AT(type, p), .count_at = AT(type, n)                            \
	}
#define LIST(type, p, n, elem, fields)                                                             \
	{                                                                                          \
		.kind = F_LIST, .at = AT(type, p), .count_at = AT(type, n),                        \
		.size = sizeof(struct elem), .of = fields                                          \
	}
#define END                                                                                        \
	{                                                                                          \
		.kind = F_END                                                                      \
	}

static const struct field none[] = {END};
static const struct field option[] = {S(msg_option, name), S(msg_option, value), END};
static const struct field text[] = {S(msg_text, text), END};
static const struct field unit[] = {U(msg_unit, how), S(msg_unit, text), S(msg_unit, content), END};
static const struct field pid[] = {U(msg_pid, pid), END};
static const struct field file[] = {S(msg_file, name), S(msg_file, content), END};
static const struct field integer[] = {I(msg_int, value), END};
static const struct field agg[] = {S(msg_agg, name),
				   U(msg_agg, func),
				   U(msg_agg, is_signed),
				   U(msg_agg, nkeys),
				   LIST(msg_agg, least, nleast, msg_int, integer),
				   END};
static const struct field key[] = {U(msg_key, id), LIST(msg_key, parts, nparts, msg_text, text),
				   END};
static const struct field bucket[] = {U(msg_bucket, step), U(msg_bucket, count), END};
static const struct field entry[] = {U(msg_entry, key),
				     I(msg_entry, value),
				     U(msg_entry, count),
				     I(msg_entry, sum),
				     LIST(msg_entry, buckets, nbuckets, msg_bucket, bucket),
				     END};
static const struct field value[] = {U(msg_value, kind), I(msg_value, number), S(msg_value, text),
				     END};

#define M message
static const struct field hello[] = {U(M, hello.magic), U(M, hello.least), U(M, hello.greatest),
				     S(M, hello.name), END};
static const struct field open_[] = {S(M, open.name),
				     S(M, open.text),
				     U(M, open.flags),
				     U(M, open.keys),
				     LIST(M, open.options, open.noptions, msg_option, option),
				     LIST(M, open.args, open.nargs, msg_text, text),
				     END};
static const struct field command[] = {
    U(M, command.flags),
    LIST(M, command.options, command.noptions, msg_option, option),
    LIST(M, command.units, command.nunits, msg_unit, unit),
    LIST(M, command.args, command.nargs, msg_text, text),
    LIST(M, command.creates, command.ncreates, msg_pid, pid),
    LIST(M, command.grabs, command.ngrabs, msg_pid, pid),
    LIST(M, command.libraries, command.nlibraries, msg_file, file),
    U(M, command.pid),
    U(M, command.ppid),
    U(M, command.pgid),
    U(M, command.sid),
    S(M, command.term),
    END};
static const struct field done[] = {I(M, done.status), END};
static const struct field number[] = {U(M, number.value), END};
static const struct field welcome[] = {U(M, welcome.version), S(M, welcome.server),
				       U(M, welcome.sessions), S(M, welcome.zone), END};
static const struct field refused[] = {U(M, refused.code), S(M, refused.text), END};
static const struct field opened[] = {U(M, opened.probes),
				      LIST(M, opened.aggs, opened.naggs, msg_agg, agg), END};
static const struct field failed[] = {U(M, failed.code), S(M, failed.text),
				      S(M, failed.diagnostics), END};
static const struct field keys[] = {U(M, keys.agg), LIST(M, keys.keys, keys.nkeys, msg_key, key),
				    END};
static const struct field frame[] = {U(M, frame.second), U(M, frame.agg),
				     LIST(M, frame.entries, frame.nentries, msg_entry, entry), END};
static const struct field second[] = {
    U(M, second.second),  U(M, second.flags),  U(M, second.lost),   U(M, second.skipped),
    U(M, second.run_cnt), U(M, second.run_ns), U(M, second.others), END};
static const struct field record[] = {U(M, record.stamp),
				      U(M, record.cpu),
				      U(M, record.clause),
				      S(M, record.probe),
				      LIST(M, record.values, record.nvalues, msg_value, value),
				      END};
static const struct field note[] = {U(M, note.kind), U(M, note.count), S(M, note.text), END};
static const struct field closed[] = {U(M, closed.code), I(M, closed.status), S(M, closed.text),
				      END};
static const struct field text_[] = {U(M, text.channel), B(M, text.bytes, text.nbytes), END};
static const struct field system_[] = {S(M, system.command), END};
static const struct field file_[] = {U(M, file.how), S(M, file.name), END};

static const struct {
	const char *name;
	const struct field *fields;
} rows[] = {
    [WIRE_HELLO] = {"HELLO", hello},	   [WIRE_OPEN] = {"OPEN", open_},
    [WIRE_SUSPEND] = {"SUSPEND", none},	   [WIRE_RESUME] = {"RESUME", none},
    [WIRE_CLOSE] = {"CLOSE", none},	   [WIRE_PING] = {"PING", number},
    [WIRE_COMMAND] = {"COMMAND", command}, [WIRE_INTERRUPT] = {"INTERRUPT", none},
    [WIRE_DONE] = {"DONE", done},	   [WIRE_WELCOME] = {"WELCOME", welcome},
    [WIRE_REFUSED] = {"REFUSED", refused}, [WIRE_PONG] = {"PONG", number},
    [WIRE_OPENED] = {"OPENED", opened},	   [WIRE_FAILED] = {"FAILED", failed},
    [WIRE_STATE] = {"STATE", number},	   [WIRE_KEYS] = {"KEYS", keys},
    [WIRE_FORGET] = {"FORGET", number},	   [WIRE_FRAME] = {"FRAME", frame},
    [WIRE_SECOND] = {"SECOND", second},	   [WIRE_RECORD] = {"RECORD", record},
    [WIRE_NOTE] = {"NOTE", note},	   [WIRE_CLOSED] = {"CLOSED", closed},
    [WIRE_TEXT] = {"TEXT", text_},	   [WIRE_SYSTEM] = {"SYSTEM", system_},
    [WIRE_FILE] = {"FILE", file_},	   [WIRE_START] = {"START", none},
    [WIRE_EXIT] = {"EXIT", done},
};

static const struct field *fields_of(unsigned type)
{
	return type < sizeof(rows) / sizeof(rows[0]) ? rows[type].fields : NULL;
}

const char *message_name(unsigned type)
{
	return fields_of(type) ? rows[type].name : "?";
}

bool message_of_client(unsigned type)
{
	return type >= WIRE_HELLO && type <= WIRE_DONE;
}

/* ---- encoding ---- */

static void put_u(struct buf *to, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_putc(to, (char)(v | 0x80));
	buf_putc(to, (char)v);
}

static void put_i(struct buf *to, int64_t v)
{
	put_u(to, ((uint64_t)v << 1) ^ (uint64_t)(v >> 63));
}

static const void *pointer_at(const uint8_t *base, unsigned at)
{
	const void *p;
	memcpy(&p, base + at, sizeof(p));
	return p;
}

static uint64_t word_at(const uint8_t *base, unsigned at)
{
	uint64_t v;
	memcpy(&v, base + at, sizeof(v));
	return v;
}

/* -> false when a text or a list is longer than may be. */
static bool put_fields(const struct field *f, const uint8_t *base, struct buf *to)
{
	bool ok = true;
	for (; ok && f->kind != F_END; f++) {
		const uint8_t *p;
		size_t n;
		switch (f->kind) {
		case F_U:
			put_u(to, word_at(base, f->at));
			break;
		case F_I:
			put_i(to, (int64_t)word_at(base, f->at));
			break;
		case F_S:
			p = pointer_at(base, f->at);
			n = p ? strlen((const char *)p) : 0;
			ok = n <= WIRE_MAX_TEXT;
			put_u(to, n);
			buf_add(to, p ? (const char *)p : "", n + 1);
			break;
		case F_B:
			n = word_at(base, f->count_at);
			ok = n <= WIRE_MAX_TEXT;
			put_u(to, n);
			if (n)
				buf_add(to, pointer_at(base, f->at), n);
			break;
		case F_LIST:
			p = pointer_at(base, f->at);
			n = word_at(base, f->count_at);
			ok = n <= WIRE_MAX_ITEMS;
			put_u(to, n);
			for (size_t i = 0; ok && i < n; i++)
				ok = put_fields(f->of, p + i * f->size, to);
			break;
		}
	}
	return ok;
}

static void put_header(uint8_t *h, uint32_t bytes, unsigned type, uint32_t session)
{
	for (int i = 0; i < 4; i++) {
		h[i] = (uint8_t)(bytes >> 8 * i);
		h[8 + i] = (uint8_t)(session >> 8 * i);
	}
	h[4] = (uint8_t)type;
	h[5] = h[6] = h[7] = 0;
}

int message_encode(const struct message *m, struct buf *to, struct err *e)
{
	size_t start = to->n;
	uint8_t header[WIRE_HEADER] = {0};
	buf_add(to, header, sizeof(header));
	bool ok = put_fields(fields_of(m->type), (const uint8_t *)m, to);
	size_t bytes = to->n - start - WIRE_HEADER;
	if (to->oom || !ok || bytes > WIRE_MAX_BODY) {
		bool oom = to->oom;
		to->n = start;
		to->oom = false;
		return oom ? err_set(e, ENOMEM, "out of memory")
			   : err_set(e, EMSGSIZE, "%s is larger than the protocol permits",
				     rows[m->type].name);
	}
	put_header((uint8_t *)to->p + start, (uint32_t)bytes, m->type, m->session);
	return 0;
}

/* ---- decoding ---- */

struct input {
	const uint8_t *p, *end;
	struct arena *a;
	const char *wrong; /* NULL: nothing */
};

static int64_t unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static uint64_t get_u(struct input *in)
{
	uint64_t v = 0;
	for (unsigned shift = 0; in->p < in->end; shift += 7) {
		uint8_t b = *in->p++;
		if (shift == 63 && b > 1)
			break;
		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	in->wrong = "a number does not end";
	return 0;
}

static size_t get_count(struct input *in, size_t most, const char *what)
{
	uint64_t n = get_u(in);
	if (!in->wrong && (n > most || n > (size_t)(in->end - in->p)))
		in->wrong = what;
	return in->wrong ? 0 : (size_t)n;
}

static const char *get_s(struct input *in)
{
	size_t n = get_count(in, WIRE_MAX_TEXT, "a text is too long");
	const char *s = (const char *)in->p;
	if (!in->wrong && ((size_t)(in->end - in->p) < n + 1 || s[n] || memchr(s, 0, n)))
		in->wrong = "a text has no end, or one within";
	if (in->wrong)
		return "";
	in->p += n + 1;
	return s;
}

static void get_fields(struct input *in, const struct field *f, uint8_t *base)
{
	for (; !in->wrong && f->kind != F_END; f++) {
		uint64_t v;
		size_t n;
		const void *p;
		uint8_t *list;
		switch (f->kind) {
		case F_U:
		case F_I:
			v = get_u(in);
			v = f->kind == F_I ? (uint64_t)unzigzag(v) : v;
			memcpy(base + f->at, &v, sizeof(v));
			break;
		case F_S:
			p = get_s(in);
			memcpy(base + f->at, &p, sizeof(p));
			break;
		case F_B:
			n = get_count(in, WIRE_MAX_TEXT, "bytes are too many");
			p = in->p;
			in->p += n;
			memcpy(base + f->at, &p, sizeof(p));
			memcpy(base + f->count_at, &n, sizeof(n));
			break;
		case F_LIST:
			n = get_count(in, WIRE_MAX_ITEMS, "a list is too long");
			list = arena_alloc(in->a, (n ? n : 1) * f->size);
			memcpy(base + f->at, &list, sizeof(list));
			memcpy(base + f->count_at, &n, sizeof(n));
			for (size_t i = 0; !in->wrong && i < n; i++)
				get_fields(in, f->of, list + i * f->size);
			break;
		}
	}
}

int message_decode(struct message *m, const void *p, size_t n, struct arena *a, struct err *e)
{
	const struct field *f = fields_of(m->type);
	struct input in = {.p = p, .end = (const uint8_t *)p + n, .a = a};
	if (!f)
		return err_set(e, EPROTO, "there is no message of type %u", (unsigned)m->type);
	get_fields(&in, f, (uint8_t *)m);
	if (!in.wrong && in.p != in.end)
		in.wrong = "it is longer than its fields";
	if (in.wrong)
		return err_set(e, EPROTO, "bad message %s: %s", rows[m->type].name, in.wrong);
	return 0;
}
