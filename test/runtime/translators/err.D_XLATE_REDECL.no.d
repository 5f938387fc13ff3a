struct in { int a; };
struct out { int b; };
translator struct out < struct in *p > { b = p->a; no b: "there is none"; };
BEGIN { exit(0); }
