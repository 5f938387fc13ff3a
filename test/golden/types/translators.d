/* Translations, inlines with parameters, args[] with a translated type. */
struct nat { int a; struct nat *up; char name[4]; };
struct out { int x; int up; string n; };
translator struct out < struct nat *p > {
	x = p->a * 2;
	up = p->up->a;
	n = p->name;
};
inline int largest[int a, int b] = a > b ? a : b;

syscall:::xl
{
	trace(args[0]->x);
	v = largest[args[0]->up, pid];
	w = xlate <struct out> ((struct nat *)arg0);
	trace(w.n);
}
