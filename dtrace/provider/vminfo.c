/*
 * vminfo.c - provider vminfo: virtual memory counters
 *
 * A probe fires when its counter rises, in the thread that makes it rise; arg0 is by how much.
 *
 *	page_fault_user(address, regs, code)		as_fault	every fault of a user address
 *							prot_fault	of them, those on a page that is present (code bit 0)
 *	page_fault_kernel				kernel_asflt
 *	mm_filemap_fault(mapping, index)		maj_fault, pgin, pgpgin, fspgin	a page of a file is wanted
 *	mm_vmscan_lru_isolate				scan
 *	mm_vmscan_kswapd_wake				pgrrun
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

static int one(struct emit_env *env)
{
	return ir_imm(env->f, 1);
}

/* Page present: a violation of its protection (copy on write among them). */
static void enter_prot(struct emit_env *env)
{
	int present = ir_alu(env->f, IR_AND, stable_param(env, 2), IRV_IMM(1));
	ir_br(env->f, IR_EQ, present, IRV_IMM(0), env->fail);
}

static const struct stable_arg count_args[] = {{.type = "int64_t", .emit = one}};

#define NO_DETAIL "Linux has no tracepoint that tells this kind of fault or page apart"

static const struct stable_probe probes[] = {
    {"as_fault", "page_fault_user", NULL, count_args, 1},
    {"prot_fault", "page_fault_user", enter_prot, count_args, 1},
    {"kernel_asflt", "page_fault_kernel", NULL, count_args, 1},
    {"maj_fault", "mm_filemap_fault", NULL, count_args, 1},
    {"pgin", "mm_filemap_fault", NULL, count_args, 1},
    {"pgpgin", "mm_filemap_fault", NULL, count_args, 1},
    {"fspgin", "mm_filemap_fault", NULL, count_args, 1},
    {"scan", "mm_vmscan_lru_isolate", NULL, count_args, 1},
    {"pgrrun", "mm_vmscan_kswapd_wake", NULL, count_args, 1},
    {"anonfree", NULL, .why_not = NO_DETAIL},
    {"anonpgin", NULL, .why_not = NO_DETAIL},
    {"anonpgout", NULL, .why_not = NO_DETAIL},
    {"cow_fault", NULL, .why_not = NO_DETAIL},
    {"dfree", NULL, .why_not = NO_DETAIL},
    {"execfree", NULL, .why_not = NO_DETAIL},
    {"execpgin", NULL, .why_not = NO_DETAIL},
    {"execpgout", NULL, .why_not = NO_DETAIL},
    {"fsfree", NULL, .why_not = NO_DETAIL},
    {"fspgout", NULL, .why_not = NO_DETAIL},
    {"hat_fault", NULL, .why_not = NO_DETAIL},
    {"pgfrec", NULL, .why_not = NO_DETAIL},
    {"pgout", NULL, .why_not = NO_DETAIL},
    {"pgpgout", NULL, .why_not = NO_DETAIL},
    {"pgrec", NULL, .why_not = NO_DETAIL},
    {"pgswapin", NULL, .why_not = NO_DETAIL},
    {"pgswapout", NULL, .why_not = NO_DETAIL},
    {"rev", NULL, .why_not = NO_DETAIL},
    {"softlock", NULL, .why_not = NO_DETAIL},
    {"swapin", NULL, .why_not = NO_DETAIL},
    {"swapout", NULL, .why_not = NO_DETAIL},
    {"zfod", NULL, .why_not = NO_DETAIL},
};

void provider_vminfo_add(struct registry *r)
{
	static const struct stable_provider table = {"vminfo", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
