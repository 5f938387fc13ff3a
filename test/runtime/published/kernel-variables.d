/* Variables of the classic kernel that say the same of any: against what this kernel tells of itself. */
/* @run: $SRC/test/agree 5 "sh ./kernel-variables.sh" */
BEGIN
{
	i = 2;
	printf("%d.%02d %d.%02d %d.%02d", `hp_avenrun[0] / 65536, ((`hp_avenrun[0] % 65536) * 100) / 65536,
	    `hp_avenrun[i - 1] / 65536, ((`hp_avenrun[i - 1] % 65536) * 100) / 65536,
	    `hp_avenrun[i] / 65536, ((`hp_avenrun[i] % 65536) * 100) / 65536);
	printf(" %d %d %d %d %d %d\n", `ncpus_online, `ncpus, `_pagesize, `physmem, `freemem > 0 && `freemem < `physmem, `mpid);
	printf("%s %s %s %s %s\n", `utsname.sysname, `utsname.nodename, unix`utsname.release, stringof(genunix`utsname.machine), `platform);
	exit(0);
}
