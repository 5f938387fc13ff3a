/*
 * decode.c - reads single values out of records, and the texts of faults
 *
 * In: the plan and raw bytes. Out: integers, string pointers, sentences. Nothing here trusts the
 * bytes; offsets were checked against the record size when the consumer was made.
 */
#include "dtrace/consume/consume.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int64_t plan_int(const void *p, uint32_t size, bool is_signed)
{
	uint64_t u = 0;
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return 0;
	memcpy(&u, p, size); /* little endian */
	if (is_signed && size < 8 && (u >> (size * 8 - 1)))
		u |= ~0ull << (size * 8);
	return (int64_t)u;
}

const char *plan_text(const struct plan *p, const struct plan_rec *rec, const uint8_t *base,
		      size_t *n)
{
	const char *s = "";
	*n = 0;
	if (rec->enc == ENC_STRID) {
		uint64_t id = (uint64_t)plan_int(base + rec->offset, 4, false);
		if (id < p->strings.n && p->strings.at[id])
			s = p->strings.at[id];
		*n = strlen(s);
	} else if (rec->enc == ENC_STR || rec->enc == ENC_BYTES) {
		s = (const char *)base + rec->offset;
		*n = strnlen(s, rec->size);
	}
	return s;
}

const struct plan_probe *plan_probe_by_id(const struct plan *p, uint32_t id)
{
	size_t lo = 0, hi = p->probes.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->probes.at[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < p->probes.n && p->probes.at[lo].id == id ? &p->probes.at[lo] : NULL;
}

const char *consume_fault_text(uint64_t fault)
{
	static const char *const texts[] = {
	    [FLT_BADADDR] = "invalid address",
	    [FLT_BADALIGN] = "invalid alignment",
	    [FLT_ILLOP] = "illegal operation",
	    [FLT_DIVZERO] = "divide-by-zero",
	    [FLT_NOSCRATCH] = "out of scratch space",
	    [FLT_KPRIV] = "invalid kernel access",
	    [FLT_UPRIV] = "invalid user access",
	    [FLT_TUPOFLOW] = "tuple stack overflow",
	    [FLT_BADSTACK] = "bad stack",
	};
	if (fault < sizeof(texts) / sizeof(texts[0]) && texts[fault])
		return texts[fault];
	return fault == FLT_LIBRARY ? "library-level fault" : "unknown fault";
}

void consume_error_read(const struct plan_action *a, const struct consume_rec *r,
			struct consume_error *out)
{
	uint64_t v[5] = {0};
	for (size_t i = 0; i < a->recs.n && i < 5; i++)
		v[i] = (uint64_t)plan_int(r->data + a->recs.at[i].offset, a->recs.at[i].size, true);
	*out = (struct consume_error){.epid = v[0],
				      .action = v[1],
				      .offset = v[2],
				      .fault = v[3],
				      .address = v[4],
				      .probe = r->probe,
				      .cpu = (int)r->cpu};
}

const char *consume_error_say(const struct consume_error *err, const char *what, char *out,
			      size_t out_bytes)
{
	const struct plan_probe *p = err->probe;
	snprintf(out, out_bytes, "error on enabled probe ID %u (ID %u: %s:%s:%s:%s): %s",
		 (unsigned)err->epid, p->id, p->provider, p->module, p->function, p->name, what);
	return out;
}

const char *consume_error_text(const struct consume_error *err, char *out, size_t out_bytes)
{
	char details[32] = "", where[64];
	if (err->fault == FLT_BADADDR || err->fault == FLT_BADALIGN || err->fault == FLT_BADSTACK)
		snprintf(details, sizeof(details), " (0x%" PRIx64 ")", err->address);
	if (err->action == 0)
		snprintf(where, sizeof(where), "predicate");
	else
		snprintf(where, sizeof(where), "action #%d", (int)err->action);
	char offset[48] = "";
	if ((int32_t)err->offset != -1)
		snprintf(offset, sizeof(offset), " at DIF offset %d", (int)err->offset);
	char what[192];
	snprintf(what, sizeof(what), "%s%s in %s%s", consume_fault_text(err->fault), details, where,
		 offset);
	return consume_error_say(err, what, out, out_bytes);
}
