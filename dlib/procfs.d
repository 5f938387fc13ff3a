/*
 * procfs.d - processes and threads: psinfo_t, lwpsinfo_t, and the current ones
 *
 * Translated from the kernel's task_struct. pr_psargs is the command line of the current process.
 */

inline char SSLEEP = 1;
inline char SRUN = 2;
inline char SZOMB = 3;
inline char SSTOP = 4;
inline char SIDL = 5;
inline char SONPROC = 6;
inline char SWAIT = 7;

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
	char pr_dmodel;
	string pr_fname;	/* name of the command */
	string pr_psargs;	/* command line */
	taskid_t pr_taskid;
	projid_t pr_projid;
	zoneid_t pr_zoneid;
} psinfo_t;

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
	pr_dmodel = PR_MODEL_LP64;
	pr_fname = stringof(T->comm);
	pr_psargs = execargs;
	no pr_taskid, pr_projid: "Linux has neither tasks nor projects of processes";
	pr_zoneid = 0;
};

typedef struct lwpsinfo {
	id_t pr_lwpid;
	uintptr_t pr_addr;	/* address of the thread's task_struct */
	char pr_state;		/* SONPROC and so on */
	char pr_sname;		/* the same as a letter */
	char pr_nice;		/* 20 is the middle, as ever */
	int pr_pri;
	processorid_t pr_onpro;
	string pr_name;
} lwpsinfo_t;

translator lwpsinfo_t < struct task_struct *T > {
	pr_lwpid = T->pid;
	pr_addr = (uintptr_t)T;
	pr_state = T->__state == 0 ? SONPROC : T->__state & 3 ? SSLEEP : T->__state & 4 ? SSTOP : SZOMB;
	pr_sname = T->__state == 0 ? 'O' : T->__state & 3 ? 'S' : T->__state & 4 ? 'T' : 'Z';
	pr_nice = (char)(T->static_prio - 100);
	pr_pri = T->prio;
	pr_onpro = (processorid_t)cpu;
	pr_name = stringof(T->comm);
};

inline psinfo_t *curpsinfo = xlate <psinfo_t *> (curthread);
inline lwpsinfo_t *curlwpsinfo = xlate <lwpsinfo_t *> (curthread);

/* Current and root directory of the process. */
/* A process that is ending has neither any more. */
inline string cwd = curthread->fs != NULL ? d_path(&curthread->fs->pwd) : "<unknown>";
inline string root = curthread->fs != NULL ? d_path(&curthread->fs->root) : "<unknown>";
