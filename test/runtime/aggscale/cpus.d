/* Two processes on two CPUs, one entry: not one update is lost. */
/* @needs: dd, taskset */
/* @timeout: 60 */
/* @trigger: sh -c 'for c in 0 1; do taskset -c $c dd if=/dev/zero of=/dev/null bs=1 count=200000 status=none & done; wait' */
#pragma D option quiet

syscall::write:entry
/ppid == $target && arg2 == 1/
{
	@count = count();
	@keyed["k", 1] = count();
	@sum["k"] = sum(3);
	@avg["k"] = avg(10);
	@min["k"] = min(-5);
	@max["k"] = max(5);
	@q["k"] = quantize(7);
}
