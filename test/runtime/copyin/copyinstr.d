/* copyinstr(): whole, with a limit, and into every class of variables */
/* @opts: -q */
/* @trigger: sh -c 'echo hello world >/dev/null; cd /nowhere-to-be-found 2>/dev/null; exit 0' */

string g;

syscall::chdir:entry
/pid == $target/
{
	printf("%s\n", copyinstr(arg0));
	printf("%s\n", copyinstr(arg0, 4));
	printf("%s\n", copyinstr(arg0, 100));
	printf("%s\n", copyinstr(arg0, strlen("seven77")));
	printf("%s\n", basename(copyinstr(arg0)));
	printf("%s\n", copyinstr(arg0 + 1));
	printf("%s\n", stringof(copyin(arg0, 20)));
	this->p = copyinstr(arg0);
	self->p = this->p;
	g = self->p;
	x[copyinstr(arg0)] = g;
	@[copyinstr(arg0)] = count();
	printf("%s %s %s %s\n", this->p, self->p, g, x["/nowhere-to-be-found"]);
	printf("[%s]%d\n", copyinstr(arg0, 0), copyinstr(arg0) == "/nowhere-to-be-found");
}

END
{
	printa("%s %@d\n", @);
}
