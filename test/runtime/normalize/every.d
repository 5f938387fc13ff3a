/* Every function, divided by ten. */
#pragma D option quiet

BEGIN
{
	@count = count();
	@sum = sum(123);
	@avg = avg(100);
	@avg = avg(300);
	@min = min(55);
	@max = max(77);
	@stddev = stddev(100);
	@stddev = stddev(300);
	@q = quantize(8, 100);
	@q = quantize(16, 55);
	@l = lquantize(5, 0, 10, 1, 200);
	@ll = llquantize(5, 10, 0, 1, 10, 300);
	normalize(@count, 10);
	normalize(@sum, 10);
	normalize(@avg, 10);
	normalize(@min, 10);
	normalize(@max, 10);
	normalize(@stddev, 10);
	normalize(@q, 10);
	normalize(@l, 10);
	normalize(@ll, 10);
	exit(0);
}
