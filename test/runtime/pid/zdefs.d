/* With -Z a function that the module lacks is no error. */
/* @opts: -qZ */
/* @trigger: $PROGRAMS/calls */
pid$target:a.out:no_such_function:entry
{
	exit(1);
}

pid$target:a.out:main:entry
{
	printf("%s\n", probefunc);
	exit(0);
}
