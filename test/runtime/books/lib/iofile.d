#pragma D option quiet
/* Which files are waited for. */
io:::wait-start { self->wait = timestamp; }
io:::wait-done /self->wait/ { @files[pid, execname, args[1]->dev_statname, args[2]->fi_pathname] = sum((timestamp - self->wait) / 1000); self->wait = 0; }
dtrace:::END { printf("%6s %-12s %-8s %8s %s\n", "PID", "CMD", "DEVICE", "US", "FILE"); printa("%6d %-12.12s %-8s %@8d %s\n", @files); }
