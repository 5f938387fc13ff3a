#pragma D option quiet

BEGIN { ; ; x = 1; ; printf("%d\n", x) }
BEGIN { }
BEGIN { exit(0) }
