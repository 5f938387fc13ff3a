/* Probes of one event with different counts, and a list of them by a pattern. */
/* @trigger: perl -e 'my $n = 20000; my @x = map { "a" x 500 . $_ } 1 .. $n' */
#pragma D option quiet

cpc:::minor-faults-all-1,
cpc:::minor-faults-all-10
/pid == $target/
{
	@n[probename] = count();
}

cpc:::context-switch*-all-1
{
	@s[probename, arg1] = count();
}

END
{
	printa("%s\n", @n);
	printa("%s %d\n", @s);
}
