/* A program of everything, on a kernel without slot_bounds */
/* @opts: -q -xnofeature=slot_bounds */
/* @trigger: sh -c 'cd /nowhere-to-be-found 2>/dev/null; sleep 0.2' */
/* @timeout: 30 */

string g;
int rounds, committed;

BEGIN
{
	g = strjoin("mixed", "-program");
	self->s = substr(g, 6);
	this->t = strtok("a,b", ",");
	printf("%s %s %s %d\n", g, self->s, this->t, index(g, "-"));
	printf("%s %s\n", basename("/x/yz"), toupper(strchr(g, 'p')));
	printf("%d %d %d\n", -7 / 2, -7 % 2, (int)(char)200);
	printf("%d\n", strtoll(lltostr(-1234567890123)));
	printf("%s\n", curthread->comm);
	printf("%d\n", curthread->tgid == pid);
	x["k", 1] = g;
	@q = quantize(3);
	@q = quantize(3);
	@c["k", g] = sum(-5);
}

syscall::chdir:entry
/pid == $target/
{
	self->path = copyinstr(arg0);
	self->n++;
}

syscall::chdir:return
/self->n/
{
	printf("%s %d\n", self->path, errno != 0);
	self->path = 0;
	self->n = 0;
	speculating = speculation();
}

syscall::chdir:return
/speculating/
{
	speculate(speculating);
	printf("speculative\n");
}

syscall::chdir:return
/speculating/
{
	commit(speculating);
	speculating = 0;
	committed = 1;
}

tick-20ms
/committed/
{
	rounds++;
}

tick-20ms
/rounds == 2/
{
	printf("ticks %s\n", x["k", 1]);
}

END
{
	printa("%s %s %@d\n", @c);
	printa(@q);
}
