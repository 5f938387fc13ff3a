#pragma D option quiet

BEGIN
{
	printf("%d %d %s\n", curthread->tgid == pid, curthread->pid == tid, curthread->comm);
	printf("%d\n", curthread->real_parent->tgid == ppid);
	printf("%d\n", curthread->group_leader->group_leader == curthread->group_leader);
	printf("%d\n", curthread->cred->uid.val == uid);
	exit(0);
}
