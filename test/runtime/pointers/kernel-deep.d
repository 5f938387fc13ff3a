#pragma D option quiet

BEGIN
{
	self->p = curthread;
	a[1] = curthread;
	printf("%d %d\n", self->p->pid == tid, a[1]->pid == tid);
	b[curthread] = 5;
	printf("%d\n", b[curthread]);
	c[curthread->comm] = 1;
	c[stringof(curthread->comm)]++;
	printf("%d\n", c[execname]);
	this->m = curthread->mm;
	printf("%d\n", this->m->start_stack != 0);
	this->i = 1;
	printf("%d %d\n", curthread->files->fdt->fd[0] != NULL, curthread->files->fdt->fd[this->i] != NULL);
	printf("%d\n", stringof(curthread->fs->root.dentry->d_name.name) != "");
	printf("%d\n", curthread->signal->nr_threads);
	exit(0);
}
