/* @trigger: taskset -c 0 sh -c "while :; do :; done" */
#pragma D option quiet
#pragma D option aggsortkey

profile-100ms { @["100ms"] = count(); }
profile-20hz { @["20hz"] = count(); }
profile-1000 { @["1000"] = count(); }
tick-600ms { exit(0); }

END
{
	printa("%s\n", @);
}
