/* Arrays of char are string-like. */
#pragma D option quiet

struct s { char c[8]; int after; } g, *p;
char top[6];

BEGIN
{
	g.c[0] = 'a'; g.c[1] = 'b'; g.after = -1;
	top[0] = 't'; top[1] = 'o'; top[2] = 'p';
	p = (struct s *)alloca(sizeof (struct s));
	*p = g;
	p->c[2] = 'c';
	printf("%d %d %d\n", g.c == "ab", g.c != "abc", p->c == "abc");
	printf("%d %d %d\n", strlen(g.c), strlen(p->c), strlen(top));
	printf("%s %s\n", strjoin(g.c, p->c), strjoin(top, "!"));
	s = g.c;
	printf("%s %d\n", s, s == g.c);
	m[g.c] = 1;
	m["abc"] = 2;
	printf("%d %d\n", m["ab"], m[p->c]);
	printf("%s %s %s\n", g.c, p->c, top);
	printf("%d\n", stringof(g.c) < p->c);
	printf("%s\n", substr(p->c, 1));
	printf("%d\n", curthread->comm == execname);
	exit(0);
}
