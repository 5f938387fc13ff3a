/* Where Linux does not divide processes or processors, all are in the one task, project, pool and set there is. */
/* @opts: -q */
BEGIN
{
	printf("%d %d %d %d\n", curpsinfo->pr_taskid, curpsinfo->pr_projid, curpsinfo->pr_poolid, curpsinfo->pr_zoneid);
	printf("%d %d\n", curlwpsinfo->pr_bindpset == PS_NONE, curcpu->cpu_pset);
	this->ago = walltimestamp / 1000000000 - curpsinfo->pr_start.tv_sec;
	printf("%d %d\n", this->ago >= 0 && this->ago < 600, curpsinfo->pr_start.tv_nsec < 1000000000);
	exit(0);
}
