/* What each function is sorted by. */
#pragma D option quiet

BEGIN
{
	@avg["three"] = avg(2);
	@avg["three"] = avg(4);
	@avg["minus"] = avg(-1);
	@avg["ten"] = avg(10);
	@min["three"] = min(3);
	@min["minus"] = min(-1);
	@min["ten"] = min(10);
	@max["three"] = max(3);
	@max["minus"] = max(-1);
	@max["ten"] = max(10);
	@dev["none"] = stddev(1000);
	@dev["wide"] = stddev(0);
	@dev["wide"] = stddev(100);
	@dev["near"] = stddev(10);
	@dev["near"] = stddev(20);
	exit(0);
}
