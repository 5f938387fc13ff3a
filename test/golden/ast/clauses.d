/* Clauses, predicates, statements. */
syscall::read*:entry, fbt:ext4:[!a-z]x?\*:return, 12, tick-5sec
/execname == "foo" && (x / 2) > 1 ^^ arg0/2 /
{
	self->start = timestamp;
	@[probefunc] = count();
	@t[execname, (char *)arg0] = quantize(arg1 / 3);
	if (self->start) {
		this->delta = timestamp - self->start;
	} else if (x++ > 10)
		exit(0);
	else { ; }
	12; "s"; x
}

BEGIN { }
END { ; }
:::ERROR /arg4/ { printf("%d\n", arg4); }
profile:::profile-97hz
{
	a[1, "two", 3] = b[pid]++ ? --c : ~d;
	`jiffies; vmlinux`jiffies_64; x = sizeof (int *) * sizeof x->y + offsetof(struct foo, a.b);
	trace(stringof(arg0)); p = &q->r[1].s; *p = !*p, p++;
}
