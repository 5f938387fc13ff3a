struct in { int a; };
struct out { int b; };
translator struct out < struct in *p > { no b: 1; };
BEGIN { exit(0); }
