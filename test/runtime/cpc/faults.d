/* Every fault of a process is seen: as many as the kernel counts for it between two of its system calls. */
/* @trigger: perl -e 'getppid(); my $n = 20000; my @x = map { "a" x 500 . $_ } 1 .. $n; getppid()' */
#pragma D option quiet

int n, before;

syscall::getppid:entry
/pid == $target && !before/
{
	before = curthread->min_flt;
	n = 0;
}

cpc:::minor-faults-all-1
/pid == $target/
{
	n++;
}

syscall::getppid:return
/pid == $target && n/
{
	printf("%d %d\n", n == curthread->min_flt - before, n > 1000);
}
