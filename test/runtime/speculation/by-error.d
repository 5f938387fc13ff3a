/* The classic use: details are kept only for calls that fail. */
/* @trigger: ls /does/not/exist /dev/null */
/* @opts: -q -xnspec=16 */
/* @filter: /^\/dev\/null$/d */
int shown;

syscall::statx:entry,
syscall::newfstatat:entry
/pid == $target/
{
	self->spec = speculation();
	speculate(self->spec);
	printf("%s\n", copyinstr(arg1));
}

syscall::statx:return,
syscall::newfstatat:return
/self->spec && errno != 0 && !shown/
{
	commit(self->spec);
	self->spec = 0;
	shown = 1;
}

syscall::statx:return,
syscall::newfstatat:return
/self->spec/
{
	discard(self->spec);
	self->spec = 0;
}
