struct in { int a; };
struct out { int b; };
translator struct out < struct in *p > { no c: "there is none"; };
BEGIN { exit(0); }
