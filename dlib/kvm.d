/*
 * kvm.d - what the kvm provider is about: kvminfo_t, a virtual machine and its virtual CPU
 *
 * Translated from the thread that is the virtual CPU. The guest's name is what the program that runs it was told: -name of qemu (with or
 * without guest=), --name and --id of others; else the name of that program.
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

/* Where the guest's name begins in the command line, and the name: up to the word's end or a comma. */
this string kvm_args;
this int kvm_end, kvm_comma;
inline string kvm_after[string word] = substr(strstr(this->kvm_args, word), strlen(word));
inline string kvm_name = (this->kvm_args = strjoin(strstr(this->kvm_args, "-name guest=") != NULL ? kvm_after["-name guest="]
    : strstr(this->kvm_args, "-name ") != NULL ? kvm_after["-name "] : kvm_after["--id "], " "),
    this->kvm_end = index(this->kvm_args, " "), this->kvm_comma = index(this->kvm_args, ","),
    substr(this->kvm_args, 0, this->kvm_comma >= 0 && this->kvm_comma < this->kvm_end ? this->kvm_comma : this->kvm_end));

translator kvminfo_t < struct task_struct *T > {
	vm_pid = T->tgid;
	vm_name = (this->kvm_args = execargs, strstr(this->kvm_args, "-name ") == NULL && strstr(this->kvm_args, "--id ") == NULL)
	    ? stringof(T->group_leader->comm) : kvm_name;
	vm_vcpu = `kvm_running_vcpu->vcpu_id;
};
