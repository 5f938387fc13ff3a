#pragma D option quiet
#pragma D option bufsize=64k
dtrace:::BEGIN { printf("%4s %4s %4s %4s %8s %-25s %s\n", "CPU", "CHIP", "PSET", "LGRP", "CLOCK", "TYPE", "FPU"); done[0] = 0; }
profile:::profile-10ms /done[cpu] == 0/ { printf("%4d %4d %4d %-25s %s\n", cpu, curcpu->cpu_chip, curcpu->cpu_lgrp, stringof(curcpu->cpu_info.pi_processor_type), stringof(curcpu->cpu_info.pi_fputypes)); done[cpu]++; }
profile:::tick-100ms /done[0] || done[1]/ { exit(0); }
