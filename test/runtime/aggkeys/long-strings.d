/* Long keys, and what strsize leaves of them. */
#pragma D option quiet
#pragma D option strsize=32

BEGIN
{
	@a["0123456789012345678901234567890123456789"] = count();
	@a["012345678901234567890123456789"] = count();
	@a["0123456789012345678901234567890"] = count();
	@a[strjoin("0123456789012345678901234567890", "zzz")] = count();
	exit(0);
}
