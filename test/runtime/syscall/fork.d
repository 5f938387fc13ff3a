/* @trigger: perl -e 'for (1..3) { my $p = fork(); exit 0 if !$p; waitpid($p, 0) }' */
#pragma D option quiet

/* A fork returns twice: in the child with 0. */
syscall::clone:return,
syscall::clone3:return,
syscall::fork:return,
syscall::vfork:return
/progenyof($target)/
{
	@[pid == $target ? "parent" : "child", arg1 == 0 ? "zero" : "number"] = count();
}

END
{
	printa("%s %s %@d\n", @);
}
