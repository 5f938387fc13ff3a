/* Standard deviations of known sets, in whole numbers. */
#pragma D option quiet

BEGIN
{
	@one["2 4 4 4 5 5 7 9"] = stddev(2);
	@one["2 4 4 4 5 5 7 9"] = stddev(4);
	@one["2 4 4 4 5 5 7 9"] = stddev(4);
	@one["2 4 4 4 5 5 7 9"] = stddev(4);
	@one["2 4 4 4 5 5 7 9"] = stddev(5);
	@one["2 4 4 4 5 5 7 9"] = stddev(5);
	@one["2 4 4 4 5 5 7 9"] = stddev(7);
	@one["2 4 4 4 5 5 7 9"] = stddev(9);
	@one["-10 10"] = stddev(-10);
	@one["-10 10"] = stddev(10);
	@one["same"] = stddev(42);
	@one["same"] = stddev(42);
	@one["single"] = stddev(1000000);
	@one["zero"] = stddev(0);
	@one["negative"] = stddev(-100);
	@one["negative"] = stddev(-300);
	@one["large"] = stddev(3000000000);
	@one["large"] = stddev(5000000000);
	@plain = stddev(100);
	@plain = stddev(300);
	exit(0);
}
