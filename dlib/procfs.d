/*
 * procfs.d - processes and threads: psinfo_t, lwpsinfo_t, and the current ones
 *
 * Translated from the kernel's task_struct. pr_psargs is the command line where the process is the running
 * one, or the one that asked for what is now done; else the command's name.
 */

#pragma D depends_on library time.d

inline char SSLEEP = 1;
inline char SRUN = 2;
inline char SZOMB = 3;
inline char SSTOP = 4;
inline char SIDL = 5;
inline char SONPROC = 6;
inline char SWAIT = 7;

/* What a thread waits for: pr_stype. */
inline char SOBJ_NONE = 0;
inline char SOBJ_MUTEX = 1;
inline char SOBJ_RWLOCK = 2;
inline char SOBJ_CV = 3;
inline char SOBJ_SEMA = 4;
inline char SOBJ_USER = 5;
inline char SOBJ_USER_PI = 6;
inline char SOBJ_SHUTTLE = 7;

/* Of a thread: pr_flag. The others that illumos has are of what Linux has not. */
inline int PR_STOPPED = 0x00000001;	/* by a signal, or by who traces it */
inline int PR_ASLEEP = 0x00000010;
inline int PR_ISSYS = 0x00001000;	/* of the kernel's own */
inline int PR_PTRACE = 0x04000000;	/* traced by another process */
inline int PR_IDLE = 0x10000000;	/* what a CPU runs that has nothing to do */

inline psetid_t PS_NONE = -1;	/* Linux has no processor sets */

inline int PR_MODEL_ILP32 = 1;
inline int PR_MODEL_LP64 = 2;

typedef struct psinfo {
	int pr_nlwp;		/* threads of the process */
	pid_t pr_pid;
	pid_t pr_ppid;
	pid_t pr_pgid;
	pid_t pr_sid;
	uid_t pr_uid;
	uid_t pr_euid;
	gid_t pr_gid;
	gid_t pr_egid;
	uintptr_t pr_addr;	/* address of the process's task_struct */
	dev_t pr_ttydev;	/* controlling terminal, -1: none */
	timestruc_t pr_start;	/* when it began, since 1970 */
	string pr_fname;	/* name of the command */
	string pr_psargs;	/* command line */
	int pr_argc;		/* as it was started; -1 where the process is not the running one */
	uintptr_t pr_argv;	/* user addresses of its argument vector, and of its environment's, 0 where pr_argc is -1 */
	uintptr_t pr_envp;
	char pr_dmodel;
	taskid_t pr_taskid;
	projid_t pr_projid;
	poolid_t pr_poolid;
	zoneid_t pr_zoneid;
	string pr_zone;		/* name of the zone; an extension of Linux */
} psinfo_t;

/* The memory of the running process alone can be read, its command line in it; a child that has not run yet has its parent's. */
inline int shares_args[struct task_struct *T] = T->tgid == curthread->tgid ||
    (T->se.sum_exec_runtime == 0 && T->real_parent->tgid == curthread->tgid);

/* A program begins with their number on its stack, and the two vectors behind it, each with a 0 at its end. */
inline int task_argc[struct task_struct *T] = T->mm == NULL || !shares_args[T] ? -1 : *(int *)copyin(T->mm->start_stack, sizeof (int));

inline uint64_t task_began[struct task_struct *T] = walltimestamp - timestamp + T->group_leader->start_time;

/* What a thread had in its registers when it last entered the kernel stands at the end of its stack, in front of
 * padding in kernels that are built for FRED; its code segment tells which. */
inline struct pt_regs *regs_at_end[struct task_struct *T] = (struct pt_regs *)((uintptr_t)T->stack + 16384) - 1;
inline struct pt_regs *entry_regs[struct task_struct *T] =
    regs_at_end[T]->cs == 0x33 || regs_at_end[T]->cs == 0x23 ? regs_at_end[T] :
    (struct pt_regs *)((uintptr_t)T->stack + 16384 - 16) - 1;
inline int task_syscall[struct task_struct *T] = T->stack == NULL || T->flags & 0x00200000 ? -1 :
    (long)entry_regs[T]->orig_ax < 0 ? -1 : (int)entry_regs[T]->orig_ax;

inline int waits_by_futex[struct task_struct *T] = T->__state != 0 && task_syscall[T] == 202;

translator timestruc_t < struct task_struct *T > {
	tv_sec = (long)(task_began[T] / 1000000000);
	tv_nsec = (long)(task_began[T] % 1000000000);
};

translator psinfo_t < struct task_struct *T > {
	pr_nlwp = T->signal->nr_threads;
	pr_pid = T->tgid;
	pr_ppid = T->real_parent->tgid;
	pr_pgid = T->signal->pids[2]->numbers[0].nr;
	pr_sid = T->signal->pids[3]->numbers[0].nr;
	pr_uid = T->cred->uid.val;
	pr_euid = T->cred->euid.val;
	pr_gid = T->cred->gid.val;
	pr_egid = T->cred->egid.val;
	pr_addr = (uintptr_t)T->group_leader;
	pr_ttydev = T->signal->tty == NULL ? (dev_t)-1 :
	    (dev_t)(T->signal->tty->driver->major << 20 | (T->signal->tty->driver->minor_start + T->signal->tty->index));
	pr_start = xlate <timestruc_t> (T);
	pr_fname = stringof(T->group_leader->comm);
	pr_psargs = shares_args[T] ? execargs : stringof(T->group_leader->comm);
	pr_argc = task_argc[T];
	pr_argv = T->mm == NULL ? 0 : T->mm->start_stack + sizeof (uintptr_t);
	pr_envp = task_argc[T] < 0 ? 0 : T->mm->start_stack + (task_argc[T] + 2) * sizeof (uintptr_t);
	pr_dmodel = (T->thread_info.flags >> 29) & 1 ? PR_MODEL_ILP32 : PR_MODEL_LP64;
	pr_taskid = 0;		/* Linux divides processes neither by tasks, projects nor pools: all are in the one */
	pr_projid = 0;
	pr_poolid = 0;
	pr_zoneid = task_zoneid(T);
	pr_zone = task_zonename(T);
};

typedef struct lwpsinfo {
	int pr_flag;		/* PR_ISSYS and so on */
	id_t pr_lwpid;
	uintptr_t pr_addr;	/* address of the thread's task_struct */
	uintptr_t pr_wchan;	/* of a futex its user address; 0 for all else: Linux does not keep what a thread waits for, see stack() */
	char pr_stype;		/* SOBJ_USER: a futex, SOBJ_CV: whatever else it sleeps for, SOBJ_NONE: it does not */
	char pr_state;		/* SONPROC and so on */
	char pr_sname;		/* the same as a letter */
	char pr_nice;		/* 20 is the middle, as ever */
	short pr_syscall;	/* number of the system call it is in, -1: none */
	int pr_pri;
	string pr_clname;	/* scheduling class: TS, RT, FX (batch), IDL, DL; SYS for threads of the kernel */
	processorid_t pr_onpro;	/* the CPU it is on, or was last */
	processorid_t pr_bindpro;	/* the CPU it is bound to, -1: none */
	psetid_t pr_bindpset;
	string pr_name;
} lwpsinfo_t;

translator lwpsinfo_t < struct task_struct *T > {
	pr_flag = (T->flags & 0x00200000 ? PR_ISSYS : 0) | (T->flags & 2 ? PR_IDLE : 0) | (T->ptrace != 0 ? PR_PTRACE : 0) |
	    (T->__state & 12 ? PR_STOPPED : T->__state & 3 ? PR_ASLEEP : 0);
	pr_lwpid = T->pid;
	pr_addr = (uintptr_t)T;
	pr_wchan = waits_by_futex[T] ? entry_regs[T]->di : 0;
	pr_stype = T->__state == 0 ? SOBJ_NONE : waits_by_futex[T] || task_syscall[T] == 449 ? SOBJ_USER : SOBJ_CV;
	pr_state = T->exit_state != 0 ? SZOMB : T->__state == 0 ? (T->on_cpu ? SONPROC : SRUN) : T->__state & 3 ? SSLEEP :
	    T->__state & 12 ? SSTOP : T->__state & 0x800 ? SIDL : SSLEEP;
	pr_sname = T->exit_state != 0 ? 'Z' : T->__state == 0 ? (T->on_cpu ? 'O' : 'R') : T->__state & 3 ? 'S' :
	    T->__state & 12 ? 'T' : T->__state & 0x800 ? 'I' : 'S';
	pr_nice = (char)(T->static_prio - 100);
	pr_syscall = (short)task_syscall[T];
	pr_pri = T->prio;
	pr_clname = T->flags & 0x00200000 ? "SYS" : T->policy == 1 || T->policy == 2 ? "RT" : T->policy == 3 ? "FX" :
	    T->policy == 5 ? "IDL" : T->policy == 6 ? "DL" : "TS";
	pr_onpro = (processorid_t)T->thread_info.cpu;
	pr_bindpro = T->nr_cpus_allowed == 1 ? (processorid_t)T->thread_info.cpu : -1;
	pr_bindpset = PS_NONE;
	pr_name = stringof(T->comm);
};

inline psinfo_t *curpsinfo = xlate <psinfo_t *> (curthread);
inline lwpsinfo_t *curlwpsinfo = xlate <lwpsinfo_t *> (curthread);

/* Current and root directory of the process. */
/* A process that is ending has neither any more. */
inline string cwd = curthread->fs != NULL ? d_path(&curthread->fs->pwd) : "<unknown>";
inline string root = curthread->fs != NULL ? d_path(&curthread->fs->root) : "<unknown>";
