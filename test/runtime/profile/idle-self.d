/* @trigger: taskset -c 0 sh -c "while :; do :; done" */
#pragma D option quiet

/* Thread-local variables of the idle threads, and in interrupts. Where the kernel was making one, one cannot be made: a drop,
 * which is rare. */
profile-499
{
	self->n++;
	all++;
	dropped += self->n <= 0;
}

tick-300ms
{
	exit(0);
}

END
{
	printf("%d\n", all > 0 && dropped * 10 < all);
}
