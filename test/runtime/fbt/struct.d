/* Structures that come by value, of one word and of two, as arguments and as results, by each of the ways. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in none fentry fentry,kprobe_multi; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "perl -e '\$< = 77; \$x = \$<; select(undef, undef, undef, 0.0625)'" || exit 1; done */
fbt::from_kuid_munged:entry
/pid == $target && args[1].val == 77 && !seen/
{
	seen = 1;
	printf("%d %d\n", arg1, sizeof(args[1]));
}

fbt::timespec64_add_safe:entry
/pid == $target/
{
	printf("%d %d\n", args[1].tv_sec, args[1].tv_nsec);
	self->from = args[0];
	self->in = 1;
}

fbt::timespec64_add_safe:return
/self->in/
{
	this->ns = args[1].tv_nsec - self->from.tv_nsec;
	this->s = args[1].tv_sec - self->from.tv_sec;
	printf("%d\n", this->s * 1000000000 + this->ns);
	self->in = 0;
}
