/*
 * pcap.c - packets that pcap() recorded: into a capture file, or as bytes
 *
 * In: the record's action. Out: behind freopen() a file as libpcap writes it, in this machine's byte order; otherwise the
 * bytes as tracemem() shows them.
 *
 *   file header, once:  u32 magic 0xa1b2c3d4 (microseconds), u16 2, u16 4, u32 0, u32 0, u32 most bytes, u32 link type
 *   before each packet: u32 seconds, u32 microseconds, u32 bytes that follow, u32 length of the packet
 */
#include "dtrace/output/internal.h"

#include <sys/stat.h>

enum { NS_PER_US = 1000, US_PER_S = 1000000 };

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, most, link_type;
};

struct packet_header {
	uint32_t seconds, microseconds, bytes, length;
};

struct packet packet_read(const struct plan_action *a, const uint8_t *base)
{
	uint64_t v[4];
	for (size_t i = 0; i < 4; i++)
		v[i] = (uint64_t)plan_int(base + a->recs.at[i + 1].offset, a->recs.at[i + 1].size,
					  true);
	const struct plan_rec *rec = &a->recs.at[0];
	return (struct packet){.data = base + rec->offset,
			       .bytes = v[0] < rec->size ? v[0] : rec->size,
			       .most = rec->size,
			       .length = v[1],
			       .wall_ns = v[2],
			       .link_type = v[3]};
}

/* What the file has already, it has from an earlier visit. */
static bool is_empty(struct output *o)
{
	struct stat st;
	output_flush(o);
	return fstat(o->fd, &st) == 0 && st.st_size == 0;
}

static void write_packet(struct output *o, const struct packet *p)
{
	uint64_t us = p->wall_ns / NS_PER_US;
	struct packet_header head = {(uint32_t)(us / US_PER_S), (uint32_t)(us % US_PER_S),
				     (uint32_t)p->bytes, (uint32_t)p->length};
	if (is_empty(o)) {
		struct file_header file = {.magic = 0xa1b2c3d4,
					   .major = 2,
					   .minor = 4,
					   .most = (uint32_t)p->most,
					   .link_type = (uint32_t)p->link_type};
		buf_add(&o->text, &file, sizeof(file));
	}
	buf_add(&o->text, &head, sizeof(head));
	buf_add(&o->text, p->data, p->bytes);
}

void pcap_show(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	struct packet p = packet_read(a, r->data);
	if (o->fd_owned)
		write_packet(o, &p);
	else
		value_bytes(o, p.data, p.bytes, -33, o->opts->quiet, true);
}
