/* The list of processes leads from this one to the first. */
#pragma D option quiet

BEGIN
{
	this->t = curthread->group_leader;
	this->t = this->t->real_parent;
	this->t = this->t->real_parent;
	printf("%d\n", this->t != NULL);
	this->n = (struct task_struct *)((uintptr_t)curthread->tasks.next -
	    offsetof(struct task_struct, tasks));
	printf("%d\n", this->n->pid >= 0);
	printf("%d\n", curthread->mm != NULL && curthread->mm->map_count > 0);
	printf("%d\n", curthread->cred->uid.val == curthread->real_cred->uid.val);
	printf("%d\n", curthread->nsproxy->uts_ns->name.sysname[0] == 'L');
	printf("%s\n", stringof(curthread->nsproxy->uts_ns->name.sysname));
	printf("%d\n", (curthread->flags & 0x00200000) == 0);
	exit(0);
}
