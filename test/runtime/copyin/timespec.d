/* The times that programs pass have the names that programs give them. */
/* @opts: -q */
/* @trigger: sleep 0.25 */
syscall::nanosleep:entry,
syscall::clock_nanosleep:entry
/pid == $target/
{
	this->t = (struct timespec *)copyin(probefunc == "nanosleep" ? arg0 : arg2, sizeof (struct timespec));
	printf("%d.%09d %d %d\n", this->t->tv_sec, this->t->tv_nsec, sizeof (struct timeval), sizeof (timestruc_t));
}
