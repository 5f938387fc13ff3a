#pragma D option quiet

struct s { int a; string n; };
struct s m[string];

BEGIN
{
	m["one"].a = 1;
	m["one"].n = "eins";
	m["two"].a = 2;
	m["two"].n = "zwei";
	printf("%d %s %d %s\n", m["one"].a, m["one"].n, m["two"].a, m["two"].n);
	m["three"] = m["one"];
	m["one"].a = 100;
	printf("%d %s\n", m["three"].a, m["three"].n);
	exit(0);
}
