/* @run: for kind in own shared; do $SRC/test/agree 12 "$SRC/test/with-loop 4m 'sh ./swap.sh $kind'" || exit; done */
/* @needs: mkswap, python3, tp:mm_vmscan_write_folio */
/* @timeout: 120 */
/* Memory of processes, and shared memory, that is written to swap and read back: in pages, as the kernel counts them itself,
 * and in faults that wait, as the program has them, until it asks the second time. What it touches when it ends may have been written to swap, too. */
syscall::openat:return
/pid == $target && errno == 0 && fds[arg1].fi_name == "vmstat"/
{
	asked++;
}

syscall::read:entry
/asked == 2 && pid == $target/
{
	over = 1;
}

vminfo:::pgswapout
/!over/
{
	out += arg0;
}

vminfo:::pgswapin
/!over/
{
	in += arg0;
}

vminfo:::anonpgin
/!over/
{
	same += arg0;
}

vminfo:::swapin
/!over/
{
	times += arg0;
	own += pid == $target;
}

vminfo:::maj_fault
/asked && !over && pid == $target/
{
	major += arg0;
}

vminfo:::fspgout
/!over/
{
	files += arg0;
}

END
{
	printf("told out %d, in %d, major %d\n", out, in, major);
	printf("reads %s, %s, files %d\n", same == in && in >= 256 ? "every page" : "some",
	    times > 0 && times <= in && own > 0 ? "by who touches it" : "by others", files);
}
