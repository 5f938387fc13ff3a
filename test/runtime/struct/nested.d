#pragma D option quiet

struct outer {
	int a;
	struct inner {
		short b;
		struct {
			char c[3];
			int d;
		} deep;
	} in;
	struct inner many[2];
};

struct outer o;

BEGIN
{
	o.a = 1;
	o.in.b = 2;
	o.in.deep.c[1] = 3;
	o.in.deep.d = 4;
	o.many[1].b = 5;
	o.many[1].deep.d = 6;
	printf("%d %d %d %d %d %d %d\n", o.a, o.in.b, o.in.deep.c[1], o.in.deep.d, o.many[1].b,
	    o.many[1].deep.d, o.many[0].b);
	o.many[0] = o.many[1];
	printf("%d %d\n", o.many[0].b, o.many[0].deep.d);
	o.in = o.many[0];
	printf("%d %d %d\n", o.in.b, o.in.deep.d, o.in.deep.c[1]);
	printf("%d %d\n", sizeof (struct outer), sizeof (o.many));
	exit(0);
}
