#pragma D option quiet
# 100 "other.d"

BEGIN
{
	x = *(int *)0;
}

BEGIN { exit(0); }
