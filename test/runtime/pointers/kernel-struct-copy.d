/* A struct of the kernel can be copied to a variable. */
#pragma D option quiet

struct list_head l;
struct list_head *p;
this struct list_head t;

BEGIN
{
	l = curthread->tasks;
	this->t = curthread->tasks;
	p = (struct list_head *)alloca(sizeof (struct list_head));
	*p = curthread->tasks;
	printf("%d %d %d\n", l.next == curthread->tasks.next, this->t.prev == curthread->tasks.prev,
	    p->next == l.next);
	exit(0);
}
