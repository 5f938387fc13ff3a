/* @run: $DTRACE -qs copies.d -c 'python3 -I copies.py' */
/* @needs: python3, tp:mm_filemap_fault */
/* @timeout: 60 */
/* Copy on write: 200 pages each time that the program tells. */
self int which;

syscall::getpgid:entry
/progenyof($target)/
{
	self->which = arg0 ? 0 : ++stage;
}

vminfo:::cow_fault
/self->which > 2/
{
	@[self->which] = sum(arg0);
}

END
{
	setopt("aggsortkey");
	printa("%d %@d\n", @);
}
