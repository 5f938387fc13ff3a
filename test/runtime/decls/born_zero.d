/* A variable that is cleared before it gets its first time is not cut to an int by that. */
/* @opts: -q */
BEGIN
{
	self->start = 0;
	this->t = 0;
	last["none"] = 0;
	total = 0;
	small = 0;
	int_sum = 0;
}

BEGIN
{
	self->start = timestamp;
	this->t = -(vtimestamp + 1);
	last["a"] = 1 ? walltimestamp : 0;
	total += strlen("abc");
	small = small + 1;
	int_sum = sizeof(int_sum) == 4;
}

BEGIN
{
	printf("%d %d %d\n", timestamp - self->start < 1000000000,
	    (uint64_t)self->start >> 31 != 0 || self->start < 1 << 30, last["a"] > 1000000000000000000);
	printf("%d %d %d %d %d %d\n", sizeof(self->start), sizeof(this->t), sizeof(last["a"]), sizeof(total),
	    sizeof(small), int_sum);
	exit(0);
}
