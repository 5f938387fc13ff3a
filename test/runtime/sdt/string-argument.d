/* @trigger: perl -e 'fork() || exit 0; wait()' */
#pragma D option quiet

/* Arrays of characters are strings, in a comparison as well as a key. */
sdt:::sched_process_exit
/args[0]->comm == "perl" && args[0]->real_parent->tgid == $target/
{
	@[args[0]->comm, strlen(args[0]->comm)] = count();
}

END
{
	printa("%s %d %@d\n", @);
}
