/* Returns are seen where functions return; programs that leave functions in other ways do what they do without probes. */
/* @needs: g++ */
/* @run: g++ -O1 -fno-inline -fno-optimize-sibling-calls -o $TMP/returns returns.cc && $TMP/returns > $TMP/want && $DTRACE -Zqs $TEST -o $TMP/seen -c $TMP/returns > $TMP/got && cmp $TMP/want $TMP/got && cat $TMP/got $TMP/seen; $DTRACE -n 'pid$target:a.out:_start:return' -c $TMP/returns 2>&1 | grep -o "failed to create return probe for '_start'" */
#pragma D option quiet
pid$target:a.out:thrower:return,
pid$target:a.out:between:return,
pid$target:a.out:jumper:return,
pid$target:a.out:leaper:return,
pid$target:a.out:tail:return,
pid$target:a.out:last:return,
pid$target:a.out:on_stack:return,
pid$target:a.out:handler:return,
pid$target:a.out:child:return,
pid$target:a.out:main:return
{
	@[probefunc] = count();
}

pid$target:a.out:last:return
{
	printf("last %d\n", arg1);
}

pid$target:libc:*setjmp*:return,
pid$target:libc:*longjmp*:return,
pid$target:libc:*context:return,
pid$target:libc:*vfork:return,
pid$target:libc:raise:return,
pid$target:libstdc*:__cxa_*:return,
pid$target:libgcc_s*:_Unwind_*:return
{
}

END
{
	printa("%s %@d\n", @);
}
