/* arg2 of a function whose third parameter is not asked for by type; more arguments than it has. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in fentry fentry,kprobe_multi; do "$DTRACE" -q -xnofeature=$w -s $TEST -c "perl -e 'sysopen(F, \"/etc/passwd\", 0); sysread(F, \$b, 77)'" || exit 1; done */
rawfbt::vfs_read:entry
/pid == $target && arg2 == 77/
{
	printf("%d %d\n", arg2, arg1 == (uintptr_t)arg1);
}
