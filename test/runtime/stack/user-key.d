/* @trigger: perl -e 'syscall(110) for 1..20' */
/* @filter: s/\+0x[0-9a-f]+/+0x0/ */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	@[ustack(1)] = count();
	@f[ufunc(uregs[R_PC])] = count();
	@m[umod(uregs[R_PC])] = count();
	@s[usym(uregs[R_PC])] = count();
	@a[uaddr(uregs[R_PC])] = count();
}

END
{
	printa("%k%@d\n", @);
	printa("%A %@d\n", @f);
	printa("%A %@d\n", @m);
	printa("%A %@d\n", @s);
	printa("%A %@d\n", @a);
}
