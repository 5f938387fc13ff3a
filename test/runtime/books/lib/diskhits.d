#pragma D option quiet
io:::start { @b[args[1]->dev_statname, args[1]->dev_instance] = quantize(args[0]->b_blkno); ios++; this->fs = args[2]->fi_fs; @f[this->fs, args[2]->fi_mount] = sum(args[0]->b_bcount); @a[args[0]->b_flags & B_ASYNC ? "async" : "sync", args[0]->b_flags & B_PAGEIO ? "page" : args[0]->b_flags & B_PHYS ? "phys" : "-"] = count();}
profile:::tick-1s { printa("%s %d %@d\n", @b); printa("%s %s %@d\n", @f); printa("%s %s %@d\n", @a); exit(0);}
