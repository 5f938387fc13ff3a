#pragma D option quiet
#pragma D option defaultargs
dtrace:::BEGIN { secs = 2; last = timestamp; }
io:::start { start_ts[args[0]->b_edev, args[0]->b_blkno] = timestamp; this->size = args[0]->b_bcount;
 @bytes[uid, pid, ppid, execname, args[1]->dev_statname, args[1]->dev_major, args[1]->dev_minor, args[0]->b_flags & B_READ ? "R" : "W"] = sum(this->size); }
io:::done /start_ts[args[0]->b_edev, args[0]->b_blkno]/ { this->d = timestamp - start_ts[args[0]->b_edev, args[0]->b_blkno]; start_ts[args[0]->b_edev, args[0]->b_blkno] = 0; @t[args[1]->dev_statname] = sum(this->d); }
profile:::tick-1sec /--secs == 0/ { printf("%Y\n", walltimestamp); printa("%5d %6d %6d %-16s %-6s %3d %3d %1s %@16d\n", @bytes); printa("%s %@d\n", @t); exit(0); }
