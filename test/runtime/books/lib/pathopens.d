#pragma D option quiet
syscall::open*:entry { self->pathp = arg1; self->ok = 1;} syscall::open*:return /self->ok && (int)arg0 >= 0/ { @[stringof(fds[arg0].fi_mount), stringof(fds[arg0].fi_fs), cleanpath(fds[arg0].fi_pathname)] = count(); } syscall::open*:return /self->ok/ {self->pathp = 0; self->ok = 0;}
profile:::tick-1s { trunc(@, 8); printa("%-10s %-8s %s %@d\n", @); exit(0); }
