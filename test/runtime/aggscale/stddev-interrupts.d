/* Numbers, sums and squares of 128 bits agree although a timer interrupts their updates. */
/* @needs: dd, taskset */
/* @timeout: 60 */
/* @trigger: sh -c 'for c in 0 1; do taskset -c $c dd if=/dev/zero of=/dev/null bs=1 count=150000 status=none & done; wait' */
#pragma D option quiet

syscall::read:entry,
syscall::write:return
/execname == "dd" && ppid == $target/
{
	@dev["k", 1] = stddev(3000000000);
	@avg["k"] = avg(-3000000000);
	@plain = stddev(-3000000000);
}

profile-4999
{
	@dev["k", 1] = stddev(3000000000);
	@avg["k"] = avg(-3000000000);
	@plain = stddev(-3000000000);
}
