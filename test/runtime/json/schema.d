/* Every kind of line that --format json prints, held to doc/output.schema.json. */
/* @run: $DTRACE -q --format json -s $TEST 2>/dev/null | python3 $SRC/test/json_schema.py */
struct pair { int a; char b; };
struct pair p;
BEGIN
{
	p.a = 3;
	trace(1); trace("text"); trace((uint64_t)-1); trace(p);
	printf("%s %d\n", "a\"b", 7); print(p);
	tracemem(curthread, 8); stack(2); sym((uintptr_t)&`schedule); ustack(1);
	@c = count(); @["k", 1, stack(1)] = sum(-5); @a[1] = avg(4); @n[1] = min(4); @x[1] = max(4); @s[1] = stddev(4);
	@q = quantize(-3); @l = lquantize(99, 0, 10, 1); @ll = llquantize(5, 10, 0, 2, 10);
	printa(@c); normalize(@x, 2);
	self->none = speculation(); self->none = speculation();
}
BEGIN { y = *(int *)0x10; }
BEGIN {}
ERROR {}
tick-100ms { exit(2); }
