#pragma D option quiet

BEGIN
{
	printf("%d %d %c %d\n", curlwpsinfo->pr_lwpid == tid, curlwpsinfo->pr_state == SONPROC,
	    curlwpsinfo->pr_sname, curlwpsinfo->pr_onpro == cpu);
	printf("%d\n", curlwpsinfo->pr_addr == (uintptr_t)curthread);
	exit(0);
}
