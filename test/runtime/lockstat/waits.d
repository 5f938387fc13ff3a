/* Each wait of a thread that ends with the lock taken is one of the four kinds. */
/* @trigger: perl contend.pl pipe 12 */
#pragma D option quiet

self uint64_t since[uint64_t];

sdt:::contention_begin
/progenyof($target) && arg1 && !self->since[arg0]/
{
	self->since[arg0] = timestamp;
}

lockstat:::adaptive-block,
lockstat:::adaptive-spin,
lockstat:::spin-spin,
lockstat:::rw-block
/progenyof($target)/
{
	@difference = sum(-1);
	@bad = sum(arg0 == 0 || arg1 > 60000000000);
}

sdt:::contention_end
/self->since[arg0]/
{
	@difference = sum(arg1 == 0);
	self->since[arg0] = 0;
}

lockstat:::
/progenyof($target)/
{
	n++;
}

tick-100ms
/n >= 1000/
{
	exit(0);
}

/* A wait at the beginning or the end may have been seen by one of the programs alone. */
END
{
	normalize(@difference, 10);
	printa("%@d %@d\n", @difference, @bad);
}
