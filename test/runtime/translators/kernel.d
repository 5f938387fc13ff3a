#pragma D option quiet

struct me { int id; int thread; string name; int parent; };

translator struct me < struct task_struct *t > {
	id = t->tgid;
	thread = t->pid;
	name = stringof(t->comm);
	parent = t->real_parent->tgid;
};

BEGIN
{
	this->m = xlate<struct me *>(curthread);
	printf("%d %d %d %d\n", this->m->id == pid, this->m->thread == tid,
	    this->m->name == execname, this->m->parent == ppid);
	exit(0);
}
