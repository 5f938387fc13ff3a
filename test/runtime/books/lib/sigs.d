#pragma D option quiet
proc:::signal-send /args[1]->pr_fname != "x"/ { @Count[execname, stringof(args[1]->pr_fname), args[2]] = count(); }
proc:::signal-handle {@h[execname, args[0], args[1]->si_code] = count();}
END { printf("%16s %16s %6s %6s\n", "FROM", "TO", "SIG", "COUNT"); printa("%16s %16s %6d %6@d\n", @Count); printa("%s %d %d %@d\n", @h); }
