/* providers.c - the list of providers; see providers.h */
#include "dtrace/provider/providers.h"

#include "dtrace/probe/probe.h"
#include "dtrace/provider/kfuncs.h"
#include "dtrace/provider/tracepoint.h"

void providers_add_all(struct registry *r)
{
	struct tracepoints *t = tracepoints_new(registry_arena(r));
	struct kfuncs *k = kfuncs_new(registry_arena(r));

	provider_dtrace_add(r);
	provider_syscall_add(r);
	provider_sdt_add(r, t);
	provider_interrupt_add(r);
	provider_rawtp_add(r, t);
	provider_profile_add(r);
	provider_proc_add(r);
	provider_sched_add(r);
	provider_io_add(r);
	provider_vminfo_add(r);
	provider_sysinfo_add(r);
	provider_ip_add(r);
	provider_tcp_add(r);
	provider_udp_add(r);
	provider_mib_add(r);
	provider_kvm_add(r);
	provider_cpc_add(r);
	provider_lockstat_add(r);
	provider_fbt_add(r, k);
	provider_rawfbt_add(r, k);
	provider_pid_add(r);
	provider_usdt_add(r);
	provider_plockstat_add(r);
	provider_zone_add(r);
	provider_fsinfo_add(r);
}
