/*
 * sched.d - processors: cpuinfo_t, and the current one
 *
 * Translated from a thread, which stands for the CPU it is on, or from the number of a CPU.
 */

typedef struct processor_info {
	string pi_processor_type;
	string pi_fputypes;
	int pi_clock;		/* MHz */
	int pi_state;
} processor_info_t;

translator processor_info_t < struct task_struct *T > {
	pi_processor_type = stringof(`cpu_info.x86_model_id);
	pi_fputypes = "i387 compatible";
	pi_clock = (int)((1000ULL << `cyc2ns.data[0].cyc2ns_shift) / `cyc2ns.data[0].cyc2ns_mul);
	pi_state = 2;		/* P_ONLINE: it runs this */
};

typedef struct cpuinfo {
	processorid_t cpu_id;
	psetid_t cpu_pset;
	chipid_t cpu_chip;
	lgrp_id_t cpu_lgrp;
	processor_info_t cpu_info;
} cpuinfo_t;

translator cpuinfo_t < struct task_struct *T > {
	cpu_id = (processorid_t)T->thread_info.cpu;
	cpu_pset = 0;		/* Linux has no processor sets: the default one */
	cpu_chip = chip;
	cpu_lgrp = lgrp;
	cpu_info = xlate <processor_info_t> (T);
};

translator cpuinfo_t < processorid_t *C > {
	cpu_id = (processorid_t)(uintptr_t)C;
	cpu_pset = 0;		/* Linux has no processor sets: the default one */
	no cpu_chip, cpu_lgrp, cpu_info: "only the CPU that runs the probe is asked for what it is: see curcpu";
};

inline cpuinfo_t *curcpu = xlate <cpuinfo_t *> (curthread);
