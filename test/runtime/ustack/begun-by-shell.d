/* Tables of a large program find room where a small one was traced at first: what a shell runs, and in which a stack has many frames. */
/* @needs: /usr/bin/python3.11 */
/* @trigger: sh -c '/usr/bin/python3.11 -c "import os, time; [(os.getppid(), time.sleep(0.01)) for i in range(2000)]"; true' */
#pragma D option quiet
#pragma D option destructive

syscall::getppid:entry
/execname == "python3.11"/
{
	@depths[ustack(8)] = count();
}

syscall::getppid:entry
/execname == "python3.11" && ustackdepth > 8/
{
	printf("walked\n");
	raise(9);
	exit(0);
}

END
{
	trunc(@depths);
}
