/*
 * readers_net.c - collectors of interfaces and protocols, as the network namespace of the daemon sees them
 */
#include "analytics/collect/readers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const struct nic_column nic_bytes[] = {{0, "in", NULL}, {8, "out", NULL}, {UINT_MAX, NULL, NULL}};
const struct nic_column nic_packets[] = {{1, "in", NULL}, {9, "out", NULL}, {UINT_MAX, NULL, NULL}};
const struct nic_column nic_errors[] = {
    {2, "in", "error"},	    {3, "in", "dropped"},   {4, "in", "fifo"},	 {5, "in", "frame"},
    {10, "out", "error"},   {11, "out", "dropped"}, {12, "out", "fifo"}, {13, "out", "collision"},
    {14, "out", "carrier"}, {UINT_MAX, NULL, NULL}};

void read_nic(struct proc_rows *out, void *arg)
{
	char *line, *words[16], *at = reader_file(out, "/proc/net/dev");
	uint32_t entity = 0;
	while (at && (line = reader_line(&at))) {
		char *colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon = '\0';
		const char *name = line + strspn(line, " ");
		unsigned n = reader_words(colon + 1, words, 16);
		for (const struct nic_column *c = arg; c->column != UINT_MAX; c++)
			if (c->column < n)
				reader_row(out, entity, atoll(words[c->column]), 0, name,
					   c->direction, c->kind);
		entity++;
	}
}

/* A line of names, then one of values: "Tcp: RtoAlgorithm RtoMin", "Tcp: 1 200". */
static void protocol_rows(struct proc_rows *out, char *at)
{
	char *names, *values, *name[200], *value[200];
	while (at && (names = reader_line(&at)) && (values = reader_line(&at))) {
		unsigned n = reader_words(names, name, 200), m = reader_words(values, value, 200);
		if (n < 2 || n != m)
			continue;
		name[0][strcspn(name[0], ":")] = '\0';
		for (unsigned i = 1; i < n; i++)
			/* Settings stand among the counters, and one level. */
			if (strncmp(name[i], "Rto", 3) != 0 && strcmp(name[i], "MaxConn") != 0 &&
			    strcmp(name[i], "CurrEstab") != 0 &&
			    strcmp(name[i], "Forwarding") != 0 &&
			    strcmp(name[i], "DefaultTTL") != 0)
				reader_row(out, 0, atoll(value[i]), 0, name[0], name[i], NULL);
	}
}

void read_protocols(struct proc_rows *out, void *arg)
{
	(void)arg;
	protocol_rows(out, reader_file(out, "/proc/net/snmp"));
	protocol_rows(out, reader_file(out, "/proc/net/netstat"));
}

/* "TCP: inuse 5 orphan 0 ..": how many sockets are in use. */
void read_sockets(struct proc_rows *out, void *arg)
{
	char *line, *words[3], *at = reader_file(out, "/proc/net/sockstat");
	uint32_t entity = 0;
	(void)arg;
	while (at && (line = reader_line(&at))) {
		if (reader_words(line, words, 3) < 3 || strcmp(words[1], "inuse") != 0)
			continue;
		words[0][strcspn(words[0], ":")] = '\0';
		reader_row(out, entity++, atoll(words[2]), 0, words[0], NULL, NULL);
	}
}
