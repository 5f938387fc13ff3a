/*
 * Code without frame pointers: through a function of variable stack size, one that aligns its stack, a signal's handler and a
 * callback from a library, to the very first frame.
 */
/* @needs: gcc */
/* @run: gcc -O2 -fomit-frame-pointer -fno-inline -o $TMP/deep deep.c && $DTRACE -qs $TEST -c "$TMP/deep 500" | sed -E 's/^ +//; s/libc[-.so0-9]*`/libc`/; s/\+0x[0-9a-f]+//; s/`0x[0-9a-f]+/`LOCAL/; s/`(__libc_start_call_main|__restore_rt|msort_with_tmp.*|__pthread_kill_.*)$/`LOCAL/' | awk 'BEGIN { RS = "" } { gsub("\n", " "); print }' | sort */
syscall::getppid:entry
/pid == $target/
{
	@[ustack()] = count();
}

syscall::getppid:entry
/pid == $target && ++n == 1500/
{
	/* What ran before the tables knew the libraries has shorter stacks. */
	trunc(@, 3);
	printa("%k\n", @);
	exit(0);
}
