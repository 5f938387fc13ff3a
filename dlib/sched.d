/* sched.d - processors: cpuinfo_t, and the current one. */

typedef struct cpuinfo {
	processorid_t cpu_id;
	psetid_t cpu_pset;
	chipid_t cpu_chip;
	lgrp_id_t cpu_lgrp;
} cpuinfo_t;

translator cpuinfo_t < struct task_struct *T > {
	cpu_id = (processorid_t)cpu;
	no cpu_pset: "Linux has no processor sets";
	cpu_chip = 0;
	cpu_lgrp = 0;
};

inline cpuinfo_t *curcpu = xlate <cpuinfo_t *> (curthread);
