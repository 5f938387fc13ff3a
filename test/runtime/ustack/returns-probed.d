/* Functions whose return is probed stay on the stacks of what they call; with frame pointers and without. */
/* @needs: gcc */
/* @run: for flag in -fno-omit-frame-pointer -fomit-frame-pointer; do gcc -O1 $flag -x c nest.c -o $TMP/nest && $DTRACE -qs $TEST -c $TMP/nest | sed -E 's/\+0x[0-9a-f]+$//; s/^ +//; /libc|_start|^$/d'; done */
pid$target:a.out:outer:return,
pid$target:a.out:middle:return,
pid$target:a.out:main:return
{
}

pid$target:a.out:inner:entry
/level++ == 0/
{
	ustack();
	printf("called from %A\n", ucaller);
}

pid$target:a.out:inner:return
/level++ == 1/
{
	ustack();
}
