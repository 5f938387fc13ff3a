/* @trigger: perl -e '$t = time; 1 while time < $t + 2' */
#pragma D option quiet

/* Either the kernel's program counter or the user's. */
profile-997
/pid == $target/
{
	samples++;
	both += arg0 != 0 && arg1 != 0;
	none += arg0 == 0 && arg1 == 0;
	high += arg1 != 0 && arg1 < 0x800000000000;
	low += arg0 != 0 && arg0 > 0xffff800000000000;
}

END
{
	printf("%d %d %d %d\n", samples > 10, both, none, high + low == samples);
}
