/* The least and the greatest survive a timer's own. */
/* @needs: dd */
/* @timeout: 60 */
/* @trigger: dd if=/dev/zero of=/dev/null bs=1 count=300000 status=none */
#pragma D option quiet

int n;

syscall::write:entry
/pid == $target && arg2 == 1/
{
	n++;
	@min["k"] = min(1000000 - n);
	@max["k"] = max(n);
	@least = min(-n);
}

profile-4999
{
	@min["k"] = min(1000000);
	@max["k"] = max(-1);
	@least = min(1000);
}
