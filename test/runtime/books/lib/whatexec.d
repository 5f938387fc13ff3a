#pragma D option quiet
this char *buf;
dtrace:::BEGIN { printf("%6s %6s %-16s %s\n", "PID", "PPID", "FROM", "PATH"); }
proc:::exec { self->from = execname; self->path = copyinstr(arg0); }
proc:::exec-success { printf("%6d %6d %-16s %s %s\n", pid, ppid, self->from, self->path, execname); self->from = 0; self->path = 0; }
