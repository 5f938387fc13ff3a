/* Functions may be declared; they are never called. */
#pragma D option quiet

extern int f0(void);
extern void f1(int, char *);
extern int *f2(const char *fmt, ...);
extern void (*f3(int))(char);
extern int f4();

BEGIN
{
	exit(0);
}
