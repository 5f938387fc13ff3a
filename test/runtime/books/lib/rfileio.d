#pragma D option quiet
self int trace;
uint64_t lbytes, pbytes;
syscall::read:entry, syscall::readv:entry, syscall::pread*:entry /fds[arg0].fi_fs != "proc"/ { self->trace = 1; self->name = fds[arg0].fi_pathname; }
syscall::read:return, syscall::readv:return, syscall::pread*:return /self->trace && arg1 > 0/ { @rio[self->name, "logical"] = count(); lbytes += arg1; @rbytes[self->name, "logical"] = sum(arg1); self->trace = 0; self->name = 0;}
io:genunix::start /args[0]->b_flags & B_READ/ { @rio[args[2]->fi_pathname, "physical"] = count(); @rbytes[args[2]->fi_pathname, "physical"] = sum(args[0]->b_bcount); pbytes += args[0]->b_bcount; }
profile:::tick-1s { trunc(@rio, 10); trunc(@rbytes, 10); printa("%-42.42s %10s %10@d\n", @rbytes); printf("%d %d\n", lbytes, pbytes); exit(0); }
