/* @trigger: sh -c 'exec perl -e "syscall(110)" one two' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target && execname == "perl"/
{
	printf("%d %d %d %d\n", curpsinfo->pr_pid == pid, curpsinfo->pr_ppid == ppid,
	    curpsinfo->pr_uid == uid, curpsinfo->pr_gid == gid);
	printf("%d %d\n", curpsinfo->pr_euid == $euid, curpsinfo->pr_egid == $egid);
	printf("%d\n", curpsinfo->pr_nlwp);
	printf("%s|%s\n", curpsinfo->pr_fname, curpsinfo->pr_psargs);
	printf("%d %d\n", curpsinfo->pr_dmodel == PR_MODEL_LP64, curpsinfo->pr_zoneid);
	printf("%d\n", curpsinfo->pr_pgid == $pgid);
}
