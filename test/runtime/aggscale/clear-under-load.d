/* clear() and trunc() while others count: what was shown in all rounds is all there was. */
/* @needs: dd */
/* @timeout: 60 */
/* @run: $DTRACE -s $TEST -c 'dd if=/dev/zero of=/dev/null bs=1 count=300000 status=none' | awk '$1 == "c" { c += $2; n++ } $1 == "s" { s += $2 } $1 == "all" { all = $2 } $1 == "lo" && ($2 < 0 || $2 > 7) { bad++ } $1 == "hi" && ($2 > 0 || $2 < -7) { bad++ } END { print c, s, all, (n > 3), bad + 0 }' */
#pragma D option quiet
#pragma D option switchrate=2ms

syscall::write:entry
/pid == $target && arg2 == 1/
{
	@c = count();
	@s["k"] = sum(1);
	@lo["k"] = min(7);
	@hi = max(-7);
	@all = count();
}

tick-10ms
{
	printa("c %@d\n", @c);
	printa("s %@d\n", @s);
	printa("lo %@d\n", @lo);
	printa("hi %@d\n", @hi);
	clear(@c);
	trunc(@s);
	clear(@lo);
	trunc(@hi);
}

END
{
	printa("c %@d\n", @c);
	printa("s %@d\n", @s);
	printa("all %@d\n", @all);
	trunc(@lo);
	trunc(@hi);
}
