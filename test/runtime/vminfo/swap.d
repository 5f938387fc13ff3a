/* @run: for kind in own shared; do $SRC/test/agree 12 "$SRC/test/with-loop 4m 'sh ./swap.sh $kind'" || exit; done */
/* @needs: mkswap, python3, tp:mm_vmscan_write_folio */
/* @timeout: 120 */
/* Memory of processes, and shared memory, that is written to swap and read back: in pages, as the kernel counts them itself. */
vminfo:::pgswapout
{
	out += arg0;
}

vminfo:::pgswapin
{
	in += arg0;
}

vminfo:::anonpgin
{
	same += arg0;
}

vminfo:::swapin
{
	times += arg0;
	own += pid == $target;
}

vminfo:::fspgout
{
	files += arg0;
}

END
{
	printf("told out %d, in %d\n", out, in);
	printf("reads %s, %s, files %d\n", same == in && in >= 256 ? "every page" : "some",
	    times > 0 && times <= in && own > 0 ? "by who touches it" : "by others", files);
}
