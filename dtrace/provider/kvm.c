/*
 * kvm.c - provider kvm: what virtual machines ask of this host
 *
 *	kvm_entry(vcpu), kvm_exit(vcpu)			guest-entry, guest-exit	the processor begins or ends to run the guest's code
 *	kvm_userspace_exit(reason, errno)		user-exit	the process that runs the guest must act
 *	kvm_pio(write, port, size, count, data)		pio-read, pio-write	port I/O
 *	kvm_mmio(type, length, address, data)		mmio-read, mmio-write	memory-mapped I/O; a read when its answer is there
 *	kvm_emulate_insn(vcpu, failed)			emulate		an instruction of the guest is carried out by software
 *	kvm_inj_virq(vector), kvm_inj_exception(vector)	interrupt, exception	given to the guest
 *	kvm_set_irq(line, level)			irq-line	a device moves an interrupt line
 *	kvm_msr(write, register, data)			msr-read, msr-write
 *	kvm_cpuid(function, index)			cpuid
 *	kvm_hypercall(number, a0, a1, a2, a3)		hypercall
 *	kvm_page_fault(vcpu, address, code)		page-fault	of guest memory
 *	kvm_vcpu_wakeup(ns, waited)			wakeup		a virtual CPU goes on after it had halted
 *
 * The events are the kernel's own, or those of its module kvm. args[0] is the guest, kvminfo_t (dlib/kvm.d): all but irq-line fire in the thread that is the virtual CPU, so the guest is the
 * current process.
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

enum { HELPER_TASK_BTF = 158 };
enum { MMIO_READ = 1, MMIO_WRITE = 2 };

/* The thread that is the virtual CPU. */
static int guest(struct emit_env *env)
{
	return ir_call(env->f, HELPER_TASK_BTF, 0, NULL);
}

/* Goes on when parameter 0, an int, is `value`. */
static void first_is(struct emit_env *env, int value)
{
	int first = ir_unary(env->f, IR_ZEXT, stable_param(env, 0), 4);
	ir_br(env->f, IR_NE, first, IRV_IMM(value), env->fail);
}

static void enter_read(struct emit_env *env)
{
	first_is(env, 0);
}

static void enter_write(struct emit_env *env)
{
	first_is(env, 1);
}

static void enter_mmio_read(struct emit_env *env)
{
	first_is(env, MMIO_READ);
}

static void enter_mmio_write(struct emit_env *env)
{
	first_is(env, MMIO_WRITE);
}

static int user_errno(struct emit_env *env)
{
	return ir_unary(env->f, IR_SEXT, stable_param(env, 1), 4);
}

#define GUEST                                                                                      \
	{                                                                                          \
		.type = "struct task_struct *", .xtype = "kvminfo_t *", .name = "guest",           \
		.emit = guest                                                                      \
	}

static const struct stable_arg guest_args[] = {GUEST};
static const struct stable_arg user_exit_args[] = {
    GUEST,
    {.type = "uint32_t", .name = "reason", .param = 0},
    {.type = "int", .name = "errno", .emit = user_errno},
};
static const struct stable_arg pio_args[] = {
    GUEST,
    {.type = "uint32_t", .name = "port", .param = 1},
    {.type = "uint32_t", .name = "size", .param = 2},
    {.type = "uint32_t", .name = "count", .param = 3},
    {.type = "void *", .name = "data", .param = 4},
};
static const struct stable_arg mmio_args[] = {
    GUEST,
    {.type = "uint64_t", .name = "address", .param = 2},
    {.type = "uint32_t", .name = "size", .param = 1},
    {.type = "void *", .name = "data", .param = 3},
};
static const struct stable_arg emulate_args[] = {
    GUEST,
    {.type = "uint8_t", .name = "failed", .param = 1},
};
static const struct stable_arg vector_args[] = {
    GUEST,
    {.type = "uint32_t", .name = "vector", .param = 0},
};
static const struct stable_arg line_args[] = {
    {.type = "uint32_t", .name = "line", .param = 0},
    {.type = "int", .name = "level", .param = 1},
};
static const struct stable_arg msr_args[] = {
    GUEST,
    {.type = "uint32_t", .name = "register", .param = 1},
    {.type = "uint64_t", .name = "value", .param = 2},
};
static const struct stable_arg cpuid_args[] = {
    GUEST,
    {.type = "uint32_t", .name = "function", .param = 0},
    {.type = "uint32_t", .name = "index", .param = 1},
};
static const struct stable_arg hypercall_args[] = {
    GUEST,
    {.type = "uint64_t", .name = "number", .param = 0},
    {.type = "uint64_t", .name = "a0", .param = 1},
    {.type = "uint64_t", .name = "a1", .param = 2},
    {.type = "uint64_t", .name = "a2", .param = 3},
    {.type = "uint64_t", .name = "a3", .param = 4},
};
static const struct stable_arg fault_args[] = {
    GUEST,
    {.type = "uint64_t", .name = "address", .param = 1},
    {.type = "uint64_t", .name = "code", .param = 2},
};
static const struct stable_arg wakeup_args[] = {
    GUEST,
    {.type = "uint64_t", .name = "ns", .param = 0},
    {.type = "int", .name = "waited", .param = 1},
};

static const struct stable_probe probes[] = {
    {"guest-entry", "kvm_entry", NULL, guest_args, 1},
    {"guest-exit", "kvm_exit", NULL, guest_args, 1},
    {"user-exit", "kvm_userspace_exit", NULL, user_exit_args, 3},
    {"pio-read", "kvm_pio", enter_read, pio_args, 5},
    {"pio-write", "kvm_pio", enter_write, pio_args, 5},
    {"mmio-read", "kvm_mmio", enter_mmio_read, mmio_args, 4},
    {"mmio-write", "kvm_mmio", enter_mmio_write, mmio_args, 4},
    {"emulate", "kvm_emulate_insn", NULL, emulate_args, 2},
    {"interrupt", "kvm_inj_virq", NULL, vector_args, 2},
    {"exception", "kvm_inj_exception", NULL, vector_args, 2},
    {"irq-line", "kvm_set_irq", NULL, line_args, 2},
    {"msr-read", "kvm_msr", enter_read, msr_args, 3},
    {"msr-write", "kvm_msr", enter_write, msr_args, 3},
    {"cpuid", "kvm_cpuid", NULL, cpuid_args, 3},
    {"hypercall", "kvm_hypercall", NULL, hypercall_args, 6},
    {"page-fault", "kvm_page_fault", NULL, fault_args, 3},
    {"wakeup", "kvm_vcpu_wakeup", NULL, wakeup_args, 3},
};

void provider_kvm_add(struct registry *r)
{
	static const struct stable_provider table = {
	    "kvm", probes, sizeof(probes) / sizeof(probes[0]), .module = "kvm"};
	provider_stable_add(r, &table);
}
