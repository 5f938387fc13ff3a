/* @trigger: perl -e 'sysopen(F, "/etc/hostname", 0); sysread(F, $b, 77); syscall(110)' */
#pragma D option quiet

syscall::openat:entry
/pid == $target && copyinstr((uintptr_t)args[1]) == "/etc/hostname"/
{
	printf("%d %s\n", (int)args[0], copyinstr((uintptr_t)args[1]));
	self->opened = 1;
}

syscall::read:entry
/self->opened && args[2] == 77/
{
	printf("%d\n", sizeof(args[2]));
}
