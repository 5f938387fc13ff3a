/* Returns: the value, and where the function returned when it can only be in one place. */
/* @trigger: $PROGRAMS/calls */
#pragma D option quiet

pid$target:a.out:add:return,
pid$target:a.out:many:return,
pid$target:a.out:local_one:return
{
	printf("%s %d %s\n", probefunc, (int)arg1, arg0 > 0 && arg0 < 100 ? "there" : "?");
}

pid$target:a.out:choose:return
{
	printf("%s %d\n", probefunc, (int)arg1);
}

pid$target:a.out:fact:entry
{
	self->depth++;
	printf("%d", self->depth);
}

pid$target:a.out:fact:return
/self->depth/
{
	printf(" %d:%d", self->depth, (int)arg1);
	self->depth--;
}

pid$target:a.out:fact:return
/self->depth == 0/
{
	printf("\n");
}
