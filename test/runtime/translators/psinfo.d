#pragma D option quiet

BEGIN
{
	printf("%d %d %d\n", curpsinfo->pr_pid == pid, curpsinfo->pr_ppid == ppid,
	    curpsinfo->pr_fname == execname);
	printf("%d\n", curlwpsinfo->pr_lwpid == tid);
	exit(0);
}
