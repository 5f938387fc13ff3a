/* Every function after clear(). */
#pragma D option quiet

BEGIN
{
	@count["k"] = count();
	@sum["k"] = sum(5);
	@avg["k"] = avg(5);
	@min["k"] = min(5);
	@max["k"] = max(-5);
	@stddev["k"] = stddev(5);
	@q["k"] = quantize(5);
	@l["k"] = lquantize(5, 0, 10, 1);
	@ll["k"] = llquantize(5, 10, 0, 1, 10);
	clear(@count);
	clear(@sum);
	clear(@avg);
	clear(@min);
	clear(@max);
	clear(@stddev);
	clear(@q);
	clear(@l);
	clear(@ll);
	exit(0);
}
