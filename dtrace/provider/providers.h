/*
 * providers.h - every provider of this build
 *
 * The order fixes the probe ids: dtrace:::BEGIN, END and ERROR are 1, 2 and 3.
 */
#ifndef PROVIDER_PROVIDERS_H
#define PROVIDER_PROVIDERS_H

struct probe;
struct registry;

void providers_add_all(struct registry *r);

/* dtrace.c */
enum { PROBE_ID_BEGIN = 1, PROBE_ID_END = 2, PROBE_ID_ERROR = 3 };
void provider_dtrace_add(struct registry *r);
/* syscall.c */
void provider_syscall_add(struct registry *r);
/* sdt.c: the kernel's tracepoints with typed arguments; rawtp.c: the same without */
struct tracepoints;
void provider_sdt_add(struct registry *r, struct tracepoints *t);
void provider_rawtp_add(struct registry *r, struct tracepoints *t);
/* fbt.c: the kernel's functions with typed arguments; rawfbt.c: every one of them, without */
struct kfuncs;
void provider_fbt_add(struct registry *r, struct kfuncs *k);
void provider_rawfbt_add(struct registry *r, struct kfuncs *k);
/* profile.c */
void provider_profile_add(struct registry *r);
/* cpc.c */
void provider_cpc_add(struct registry *r);
/* stable providers (stable.h), one file each */
void provider_proc_add(struct registry *r);
void provider_sched_add(struct registry *r);
void provider_io_add(struct registry *r);
void provider_fsinfo_add(struct registry *r);
void provider_vminfo_add(struct registry *r);
void provider_sysinfo_add(struct registry *r);
void provider_ip_add(struct registry *r);
void provider_tcp_add(struct registry *r);
void provider_udp_add(struct registry *r);
void provider_mib_add(struct registry *r);
void provider_kvm_add(struct registry *r);
void provider_lockstat_add(struct registry *r);
void provider_zone_add(struct registry *r);
void provider_interrupt_add(struct registry *r);
/* pid.c, usdt.c, plockstat.c: families of providers, by process */
void provider_pid_add(struct registry *r);
void provider_usdt_add(struct registry *r);
void provider_plockstat_add(struct registry *r);

#endif
