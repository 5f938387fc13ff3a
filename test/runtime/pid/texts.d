/* A text that the process has not touched yet is read; what is not there is a fault, not an empty text. */
/* @trigger: $PROGRAMS/calls */
/* @needs: sleepable */
#pragma D option quiet

pid$target:a.out:text:entry
{
	printf("[%s] %d\n", copyinstr(arg0), strlen(copyinstr(arg0)));
	self->p = arg0;
}

pid$target:a.out:text:return
{
	tracemem(copyin(self->p, 8), 8);
	printf("\n");
}

pid$target:a.out:unpleasant:entry
{
	printf("never: %s\n", copyinstr(arg0));
}

ERROR
{
	printf("fault %d at %x\n", arg4, arg5);
}
