/* Each thread's own value as a key; a thread without one counts under 0. */
#pragma D option quiet

self int x;

BEGIN
{
	@[self->x] = count();
	self->x = 5;
	@[self->x] = count();
	self->x = 0;
	@[self->x] = count();
	exit(0);
}
