/*
 * kvm.d - what the kvm provider is about: kvminfo_t, a virtual machine and its virtual CPU
 *
 * Translated from the thread that is the virtual CPU. The guest's name is what the program that runs it was told: -name of qemu (with or
 * without guest=), --name of others; else the name of that program.
 */

/* Why the process that runs the guest must act: args[1] of user-exit. */
inline int KVM_EXIT_UNKNOWN = 0;
inline int KVM_EXIT_EXCEPTION = 1;
inline int KVM_EXIT_IO = 2;
inline int KVM_EXIT_HYPERCALL = 3;
inline int KVM_EXIT_DEBUG = 4;
inline int KVM_EXIT_HLT = 5;
inline int KVM_EXIT_MMIO = 6;
inline int KVM_EXIT_IRQ_WINDOW_OPEN = 7;
inline int KVM_EXIT_SHUTDOWN = 8;
inline int KVM_EXIT_FAIL_ENTRY = 9;
inline int KVM_EXIT_INTR = 10;
inline int KVM_EXIT_SET_TPR = 11;
inline int KVM_EXIT_TPR_ACCESS = 12;
inline int KVM_EXIT_INTERNAL_ERROR = 17;
inline int KVM_EXIT_SYSTEM_EVENT = 24;
inline int KVM_EXIT_IOAPIC_EOI = 26;
inline int KVM_EXIT_HYPERV = 27;
inline int KVM_EXIT_X86_RDMSR = 29;
inline int KVM_EXIT_X86_WRMSR = 30;

typedef struct kvminfo {
	pid_t vm_pid;	/* process that runs the guest */
	string vm_name; /* of the guest */
	int vm_vcpu;	/* number of the virtual CPU */
} kvminfo_t;

/* Where the guest's name stands in the command line; the name itself, up to the word's end or a comma. 64 characters are looked at: a
 * program that takes more of a text apart is too large for kernels without string functions. */
this string kvm_args, kvm_text;
this int kvm_at, kvm_end, kvm_comma;
inline string kvm_name = (this->kvm_text = substr(this->kvm_args, this->kvm_at + sizeof("-name ") - 1, 64),
    this->kvm_text = substr(this->kvm_text, 0, 6) == "guest=" ? substr(this->kvm_text, 6, 64) : this->kvm_text,
    this->kvm_end = index(this->kvm_text, " "), this->kvm_comma = index(this->kvm_text, ","),
    this->kvm_end = this->kvm_end < 0 ? 64 : this->kvm_end,
    substr(this->kvm_text, 0, this->kvm_comma >= 0 && this->kvm_comma < this->kvm_end ? this->kvm_comma : this->kvm_end));

translator kvminfo_t < struct task_struct *T > {
	vm_pid = T->tgid;
	vm_name = (this->kvm_args = execargs, this->kvm_at = index(this->kvm_args, "-name "), this->kvm_at < 0)
	    ? stringof(T->group_leader->comm) : kvm_name;
	vm_vcpu = `kvm_running_vcpu->vcpu_id;
};
