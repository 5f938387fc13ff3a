/* @trigger: perl -e '$t = time; 1 while time < $t + 2' */
#pragma D option quiet

int user, kernel;

profile-199
/pid == $target && arg1 != 0/
{
	user += ustackdepth > 0 && stackdepth == 0;
	others += !(ustackdepth > 0 && stackdepth == 0);
}

profile-199
/pid == $target && arg0 != 0/
{
	odd += stackdepth == 0;
}

END
{
	printf("%d %d %d\n", user > 0, others, odd);
}
