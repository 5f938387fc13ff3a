/*
 * priv.c - see priv.h
 *
 * Names and which of them zones have: privileges(7) and zones(7) of illumos.
 */
#include "zone/priv.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#define BIT(c) (1ull << (c))

enum rule {
	DEFAULT,
	OPTIONAL,
	REQUIRED,   /* ... and default */
	EXCLUSIVE,  /* default and required with ip-type exclusive, else prohibited */
	PROHIBITED, /* whose machine that is, is not the zone's to say */
};
static const struct privilege {
	const char *name;
	enum rule rule;
	uint64_t capabilities;
} privileges[] = {
    {"contract_event", DEFAULT, 0},
    {"contract_identity", DEFAULT, 0},
    {"contract_observer", DEFAULT, 0},
    {"cpc_cpu", OPTIONAL, 0},
    {"dtrace_kernel", PROHIBITED, 0},
    {"dtrace_proc", OPTIONAL, 0},
    {"dtrace_user", OPTIONAL, 0},
    {"file_chown", DEFAULT, BIT(CAP_CHOWN)},
    {"file_chown_self", DEFAULT, 0},
    {"file_dac_execute", DEFAULT, 0},
    {"file_dac_read", DEFAULT, BIT(CAP_DAC_READ_SEARCH)},
    {"file_dac_search", DEFAULT, BIT(CAP_DAC_READ_SEARCH)},
    {"file_dac_write", DEFAULT, BIT(CAP_DAC_OVERRIDE)},
    {"file_downgrade_sl", DEFAULT, 0},
    {"file_flag_set", DEFAULT, 0},
    {"file_link_any", DEFAULT, 0},
    {"file_owner", DEFAULT, BIT(CAP_FOWNER)},
    {"file_read", DEFAULT, 0},
    {"file_setid", DEFAULT, BIT(CAP_FSETID) | BIT(CAP_SETFCAP)},
    {"file_upgrade_sl", DEFAULT, 0},
    {"file_write", DEFAULT, 0},
    {"graphics_access", OPTIONAL, 0},
    {"graphics_map", OPTIONAL, 0},
    {"ipc_dac_read", DEFAULT, 0},
    {"ipc_dac_write", DEFAULT, 0},
    {"ipc_owner", DEFAULT, 0},
    {"net_access", DEFAULT, 0},
    {"net_bindmlp", DEFAULT, 0},
    {"net_icmpaccess", DEFAULT, 0},
    {"net_mac_aware", DEFAULT, 0},
    {"net_mac_implicit", DEFAULT, 0},
    {"net_observability", DEFAULT, 0},
    {"net_privaddr", DEFAULT, BIT(CAP_NET_BIND_SERVICE)},
    {"net_rawaccess", EXCLUSIVE, BIT(CAP_NET_RAW)},
    {"proc_audit", DEFAULT, 0},
    {"proc_chroot", DEFAULT, BIT(CAP_SYS_CHROOT)},
    {"proc_clock_highres", OPTIONAL, 0},
    {"proc_exec", REQUIRED, 0},
    {"proc_fork", REQUIRED, 0},
    {"proc_info", DEFAULT, 0},
    {"proc_lock_memory", DEFAULT, 0},
    {"proc_owner", DEFAULT, BIT(CAP_KILL)},
    {"proc_prioup", OPTIONAL, 0},
    {"proc_priocntl", OPTIONAL, 0},
    {"proc_secflags", DEFAULT, 0},
    {"proc_session", DEFAULT, 0},
    {"proc_setid", DEFAULT, BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP)},
    {"proc_taskid", DEFAULT, 0},
    {"proc_trace", OPTIONAL, BIT(CAP_SYS_PTRACE)},
    {"proc_zone", PROHIBITED, 0},
    {"sys_acct", DEFAULT, 0},
    {"sys_admin", DEFAULT, BIT(CAP_SYS_BOOT)},
    {"sys_audit", DEFAULT, 0},
    {"sys_config", PROHIBITED, 0},
    {"sys_devices", PROHIBITED, 0},
    {"sys_dl_config", PROHIBITED, 0},
    {"sys_flow_config", EXCLUSIVE, 0},
    {"sys_ip_config", EXCLUSIVE, BIT(CAP_NET_ADMIN)},
    {"sys_ipc_config", OPTIONAL, 0},
    {"sys_iptun_config", EXCLUSIVE, 0},
    {"sys_linkdir", PROHIBITED, 0},
    /* Every zone's on illumos, where the zone's mounts are no way to the kernel's own code for file systems. */
    {"sys_mount", OPTIONAL, BIT(CAP_SYS_ADMIN)},
    {"sys_net_config", PROHIBITED, 0},
    {"sys_nfs", DEFAULT, 0},
    {"sys_ppp_config", EXCLUSIVE, 0},
    {"sys_res_bind", OPTIONAL, 0},
    {"sys_res_config", PROHIBITED, 0},
    {"sys_resource", DEFAULT, 0},
    {"sys_share", OPTIONAL, 0},
    {"sys_smb", OPTIONAL, 0},
    {"sys_suser_compat", PROHIBITED, 0},
    {"sys_time", PROHIBITED, 0},
    {"sys_trans_label", DEFAULT, 0},
};
enum { PRIVILEGES = sizeof(privileges) / sizeof(privileges[0]) };

struct set {
	bool has[PRIVILEGES];
};

static bool is_default(const struct privilege *p, bool exclusive)
{
	return p->rule == DEFAULT || p->rule == REQUIRED || (p->rule == EXCLUSIVE && exclusive);
}

static bool is_prohibited(const struct privilege *p, bool exclusive)
{
	return p->rule == PROHIBITED || (p->rule == EXCLUSIVE && !exclusive);
}

static bool is_exclusive(const struct zone_config *z)
{
	return strcmp(zone_get(z, "ip-type"), "exclusive") == 0;
}

static void add_default(struct set *s, bool exclusive)
{
	for (int i = 0; i < PRIVILEGES; i++)
		s->has[i] = is_default(&privileges[i], exclusive);
}

/* false: there is none of that name. */
static bool change(struct set *s, const char *word, bool exclusive)
{
	bool take = *word == '!' || *word == '-', known = false;
	word += take || *word == '+';
	/* Of the Solaris that had it: the same words. */
	if (strcmp(word, "default") == 0 || strcmp(word, "basic") == 0 ||
	    strcmp(word, "zone") == 0) {
		if (!take)
			add_default(s, exclusive);
		return !take;
	}
	for (int i = 0; i < PRIVILEGES; i++)
		if (strcmp(privileges[i].name, word) == 0) {
			s->has[i] = !take;
			known = true;
		}
	return known;
}

static int read_set(const struct zone_config *z, struct set *s, struct err *e)
{
	char text[2048], *rest = text, *word;
	const char *all = zone_get(z, "limitpriv");
	*s = (struct set){0};
	if (!*all)
		all = "default";
	if (snprintf(text, sizeof(text), "%s", all) >= (int)sizeof(text))
		return err_set(e, E2BIG, "limitpriv is too long");
	while ((word = strsep(&rest, ",")))
		if (*word && !change(s, word, is_exclusive(z)))
			return err_set(e, EINVAL, "limitpriv: there is no privilege %s", word);
	return 0;
}

int zone_priv_check(const struct zone_config *z, struct err *e)
{
	struct set s;
	bool exclusive = is_exclusive(z);
	if (read_set(z, &s, e) < 0)
		return -1;
	for (int i = 0; i < PRIVILEGES; i++) {
		const struct privilege *p = &privileges[i];
		if (s.has[i] && is_prohibited(p, exclusive))
			return err_set(e, EPERM, "limitpriv: no zone%s may have %s",
				       p->rule == EXCLUSIVE ? " of ip-type shared" : "", p->name);
		if (!s.has[i] && p->rule == REQUIRED)
			return err_set(e, EINVAL, "limitpriv: a zone must have %s", p->name);
	}
	return 0;
}

uint64_t zone_priv_kept(const struct zone_config *z)
{
	struct set s;
	struct err ignored = {0};
	uint64_t kept = 0;
	if (zone_priv_check(z, &ignored) < 0 || read_set(z, &s, &ignored) < 0)
		return 0; /* nothing comes up that has it */
	for (int i = 0; i < PRIVILEGES; i++)
		kept |= s.has[i] ? privileges[i].capabilities : 0;
	/* What that one permits is part of the other. */
	return kept & BIT(CAP_DAC_OVERRIDE) ? kept & ~BIT(CAP_DAC_READ_SEARCH) : kept;
}

bool zone_priv_needs_users(const struct zone_config *z)
{
	return zone_priv_kept(z) & (BIT(CAP_SYS_ADMIN) | BIT(CAP_NET_ADMIN) | BIT(CAP_SYS_PTRACE));
}

bool zone_priv_mounts(const struct zone_config *z)
{
	return zone_priv_kept(z) & BIT(CAP_SYS_ADMIN);
}
