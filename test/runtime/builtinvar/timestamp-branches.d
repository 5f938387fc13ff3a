/* @trigger: sh -c 'kill -0 $$; kill -0 $$; kill -0 $$' */
/* The time is the same throughout a clause, also where some of it is read in one branch alone. */
#pragma D option quiet
int64_t first;

syscall::kill:entry
/pid == $target/
{
	first = first ? first : timestamp;
	now = timestamp;
	once += now == first;
	later += pid > 1 ? timestamp != now : 0;
	walls += walltimestamp != walltimestamp;
}

syscall::kill:entry
/pid == $target && (now == 0 || timestamp >= now)/
{
	if (pid > 1) {
		this->at = timestamp;
	}
	later += timestamp != this->at;
}

END
{
	printf("%d %d %d\n", once, later, walls);
}
