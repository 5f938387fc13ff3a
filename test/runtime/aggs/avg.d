/* avg() divides towards zero. */
#pragma D option quiet

BEGIN
{
	@a = avg(1);
	@a = avg(2);
	@b = avg(-1);
	@b = avg(-2);
	@c = avg(-5);
	@c = avg(4);
	@d = avg(0);
	@e["big"] = avg(0x7ffffffffffffffe);
	@e["ten"] = avg(10);
	@e["ten"] = avg(20);
	@e["ten"] = avg(31);
	@e["neg"] = avg(-10);
	@e["neg"] = avg(-20);
	@e["neg"] = avg(-31);
	exit(0);
}
