/*
 * limit.c - a row of the policy as limits of a session; see limit.h
 */
#include "broker/limit.h"

#include "dtrace/api/zones.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_tenant(const struct peer *p)
{
	return strcmp(p->zone, "global") != 0;
}

static bool is_in_zone(const struct limit *l, pid_t pid)
{
	char zone[PEER_ZONE_BYTES];
	return !is_tenant(l->peer) ||
	       (zones_name_of(pid, zone, sizeof(zone)) && strcmp(zone, l->peer->zone) == 0);
}

pid_t limit_target(const struct limit *l, uint64_t number)
{
	if (number == 0 || number > INT32_MAX)
		return 0;
	pid_t pid = is_tenant(l->peer) ? zones_pid_of(l->peer->pid, (pid_t)number) : (pid_t)number;
	return pid && is_in_zone(l, pid) ? pid : 0;
}

/* Probes of a process of another zone would slow that process down, whatever they show. The number behind
 * the provider's name is the process. */
static bool is_of_zone(const struct limit *l, const char *provider)
{
	size_t n = strlen(provider);
	while (n && isdigit((unsigned char)provider[n - 1]))
		n--;
	return !provider[n] || is_in_zone(l, atoi(provider + n));
}

static bool permits(void *arg, const char *provider, const char *module, const char *function,
		    const char *name)
{
	const struct limit *l = arg;
	return policy_permits(l->row, provider, module, function, name) && is_of_zone(l, provider);
}

void limit_apply(struct limit *l, struct session *s, const struct session_asker *told,
		 uint32_t slots)
{
	struct session_asker asker = told ? *told : (struct session_asker){0};
	struct session_limit limit = {.probe = permits,
				      .arg = l,
				      .zone = is_tenant(l->peer) ? l->peer->zone : NULL,
				      .destructive = l->row->destructive,
				      .probes = l->row->nprobes,
				      .maps = l->row->maps,
				      .bytes = l->row->memory,
				      .slots = slots,
				      .round_ns = l->row->round_ns};
	asker.pid = asker.pid ? asker.pid : l->peer->pid;
	asker.uid = asker.euid = l->peer->uid;
	asker.gid = asker.egid = l->peer->gid;
	session_set_asker(s, &asker);
	session_set_limit(s, &limit);
}
