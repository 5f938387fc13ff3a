/* Without task storage, too, what a thread has in its variables goes with it. */
/* @needs: bpftool */
/* @timeout: 15 */
/* @run: $DTRACE -q -xnofeature=task_storage -s $TEST > $TMP/out & until grep -qs armed $TMP/out; do sleep 0.1; done; for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done; id=$(grep -h ^map_id /proc/$!/fdinfo/?* 2>/dev/null | awk '{ print $2 }' | while read id; do bpftool map show id $id | grep -q 'name self' && echo $id; done); n=99; while [ $n -ge 10 ]; do sleep 0.1; n=$(bpftool map dump id $id | grep -c key); done; kill -INT $!; wait $!; cat $TMP/out */
#pragma D option switchrate=50hz

BEGIN
{
	printf("armed\n");
}

syscall::exit_group:entry
{
	self->mine = 1;
}

syscall::exit_group:entry
/self->mine && n++ == 9/
{
	printf("ten\n");
}
