/* @trigger: taskset -c 0 sh -c "while :; do :; done" */
/* @opts: -xcpu=0 */
#pragma D option quiet

profile-100ms
{
	@[cpu] = count();
}

tick-1s
{
	exit(0);
}

END
{
	printa("%d\n", @);
}
