#pragma D option quiet

int n;

BEGIN { a["start"] = timestamp; }

tick-10ms { a["ticks"]++; n++; }
tick-10ms
/n == 3/
{
	printf("%d %d %d\n", a["ticks"], a["start"] > 0 && timestamp > a["start"], a["none"]);
	exit(0);
}

END { printf("%d\n", a["ticks"]); }
