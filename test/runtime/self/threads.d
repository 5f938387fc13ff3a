/* Two threads of one process have their own self-> variables. */
/* @needs: python3 */
/* @trigger: python3 -c "import threading,os; t=[threading.Thread(target=lambda n=n: [os.getppid() for _ in range(n)]) for n in (3,5)]; [x.start() for x in t]; [x.join() for x in t]" */
#pragma D option quiet

int total, most;

syscall::getppid:entry
/pid == $target/
{
	self->n++;
	total++;
}

syscall::getppid:return
/pid == $target && self->n > most/
{
	most = self->n;
}

END
{
	printf("%d %d\n", total, most);
}
