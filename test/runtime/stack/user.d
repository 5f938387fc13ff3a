/* @trigger: perl -e 'syscall(110)' */
/* @filter: s/\+0x[0-9a-f]+/+0x0/; s/^( *libc)[-0-9.so]*`/\1`/ */
#pragma D option quiet

/* The process has ended by the time this is printed; its names are there all the same. */
syscall::getppid:entry
/pid == $target/
{
	ustack(1);
}
