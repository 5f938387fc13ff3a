/* s[i] is a character of a string, *s the first; in a variable it can be written. */
/* @opts: -q */
/* @trigger: true */

string g;

BEGIN
{
	this->s = "tracing";
	printf("%c%c %d %d\n", this->s[0], *this->s, this->s[1] == 'r', this->s[7]);
	printf("%d %d\n", "abc"[2], sizeof(this->s[0]));
	this->i = 4;
	printf("%c\n", this->s[this->i - 1]);
	this->s[this->i] = '\0';
	printf("<%s> %d\n", this->s, strlen(this->s));
}

BEGIN
{
	g = "global";
	g[0] = 'G';
	g[5]++;
	self->t = "thread";
	self->t[0] -= 32;
	m[1, "k"] = "element";
	m[1, "k"][2] = 'E';
	printf("%s %s %s\n", g, self->t, m[1, "k"]);
	g[0] = 0;
	printf("<%s> %d\n", g, g == "");
}

syscall::execve:entry
/pid == $target && copyinstr(arg0)[0] == '/'/
{
	exit(0);
}

syscall::execve:return
/pid == $target && execname[0] == 't'/
{
	exit(0);
}
