/* @opts: -q */
/* Of a variable that every CPU has, the running CPU's is meant; it may be read through its address. */
BEGIN
{
	this->rq = &`runqueues;
	printf("%d %d %d\n", `runqueues.cpu == cpu, this->rq->cpu == cpu, vmlinux`runqueues.cpu == cpu);
	printf("%d\n", `runqueues.curr == curthread);
	exit(0);
}
