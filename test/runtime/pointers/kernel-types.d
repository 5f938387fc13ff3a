/* Types and members come from the running kernel. */
#pragma D option quiet

BEGIN
{
	printf("%d %d\n", curthread->pid == tid, curthread->tgid == pid);
	printf("%d\n", curthread->group_leader->tgid == pid);
	t = curthread;
	printf("%d\n", t->pid == curthread->pid);
	printf("%d\n", ((struct task_struct *)t)->tgid == pid);
	printf("%d\n", stringof(curthread->comm) == execname);
	printf("%d\n", curthread->real_parent->tgid == ppid);
	printf("%d\n", curthread->cred->uid.val == uid);
	printf("%d\n", sizeof (struct task_struct) > 1000);
	printf("%d\n", offsetof(struct task_struct, comm) > 0);
	exit(0);
}
