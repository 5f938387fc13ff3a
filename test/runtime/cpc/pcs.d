/* arg0 is a kernel address, arg1 a user address; one of them is 0. */
/* @trigger: perl -e 'my $n = 20000; my @x = map { "a" x 500 . $_ } 1 .. $n' */
#pragma D option quiet

cpc:::page-faults-user-1
/pid == $target/
{
	user++;
	wrong += arg0 != 0 || arg1 == 0 || arg1 != uregs[R_PC];
}

cpc:::page-faults-kernel-1
/pid == $target/
{
	wrong += arg0 == 0 || arg1 != 0;
}

cpc:::page-faults-user-3
/pid == $target/
{
	thirds++;
}

END
{
	printf("%d %d %d\n", wrong, user > 1000, thirds > 0 && thirds <= user);
}
