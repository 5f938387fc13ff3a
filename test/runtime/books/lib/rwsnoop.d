#pragma D option quiet
#pragma D option switchrate=10hz
syscall::*read:entry, syscall::*write:entry /pid != $pid && progenyof($target)/ { self->rw = 1; self->fd = arg0; self->r = probefunc == "read" || probefunc == "pread64"; }
syscall::*read:return, syscall::*write:return /self->rw/ { printf("%5d %6d %-12.12s %1s %7d %s\n", uid, pid, execname, self->r ? "R" : "W", (int)arg0, fds[self->fd].fi_pathname); self->rw = 0; }
