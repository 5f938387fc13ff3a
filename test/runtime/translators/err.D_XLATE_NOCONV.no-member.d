/* A member that has nothing to be filled from is refused. */
struct in { int a; };
struct out { int b; int c; };
translator struct out < struct in *p > {
	no b, c: "there is neither";
};

BEGIN
{
	trace(xlate <struct out> ((struct in *)NULL).c);
}
