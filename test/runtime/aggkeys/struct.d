/* Structures as keys are compared and shown as bytes. */
#pragma D option quiet

struct pair {
	int a;
	int b;
};

struct pair p, q;

BEGIN
{
	p.a = 1;
	p.b = 2;
	q.a = 1;
	q.b = 2;
	@[p] = count();
	@[q] = count();
	q.b = 3;
	@[q] = count();
	exit(0);
}
