#pragma D option quiet
sysinfo:::intr { @[cpu] = sum(arg0); } sysinfo:::inv_swtch {@i[execname] = sum(arg0);} sysinfo:::pswitch {@p = sum(arg0);} sysinfo:::trap {@t[execname]=sum(arg0);} sysinfo:::nthreads,sysinfo:::sysfork,sysinfo:::sysvfork,sysinfo:::sysexec,sysinfo:::sysread,sysinfo:::syswrite,sysinfo:::readch,sysinfo:::writech,sysinfo:::cpumigrate,sysinfo:::bread,sysinfo:::bwrite,sysinfo:::phread,sysinfo:::phwrite,sysinfo:::mutex_adenters,sysinfo:::rw_rdfails {@c[probename] = sum(arg0); }
profile:::tick-1s { printa(@); printa(@i); printa(@p);printa(@t);printa(@c); exit(0); }
