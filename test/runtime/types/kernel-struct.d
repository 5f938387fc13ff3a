/* Types of the kernel are used like D's own. */
#pragma D option quiet

struct list_head lh;
struct list_head *lp;
pid_t p;
struct timespec64 ts;

BEGIN
{
	lp = (struct list_head *)alloca(sizeof (struct list_head));
	lp->next = lp;
	lh.prev = lp;
	printf("%d %d\n", lp->next == lp, lh.prev->next == lp);
	printf("%d %d\n", sizeof (struct list_head), offsetof(struct list_head, prev));
	ts.tv_sec = 5;
	ts.tv_nsec = 6;
	printf("%d %d\n", ts.tv_sec, ts.tv_nsec);
	printf("%d %d\n", sizeof (vmlinux`pid_t), sizeof (struct vmlinux`list_head));
	q = (struct vmlinux`task_struct *)curthread;
	printf("%d\n", q->pid == tid);
	exit(0);
}
