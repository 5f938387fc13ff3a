#pragma D option quiet

BEGIN { printf("1\n"); }
:BEGIN { printf("2\n"); }
::BEGIN { printf("3\n"); }
:::BEGIN { printf("4\n"); }
dtrace:::BEGIN { printf("5\n"); }
dtrace:::BEG* { printf("6\n"); }
d*e:::B?GIN { printf("7\n"); }
dtrace:::[A-C]EGIN { printf("8\n"); }
1 { printf("9\n"); exit(0); }
