/* @run: $SRC/test/with-loop 16m '$DTRACE -qs sizes.d $NAME -c "dd if=/dev/zero of=$DEV bs=4k count=500 conv=notrunc,fsync status=none"' */
/* @needs: task_kptr */
/* Who writes with which arguments is asked for beside the size of the requests: all 500 pages of it, though they are merged into few. */
io:::start
/args[1]->dev_statname == $$1 && args[0]->b_flags & B_WRITE/
{
	@[execname, curpsinfo->pr_psargs == "" ? "without arguments" : "with arguments"] = sum(args[0]->b_bcount);
	requests++;
}

END
{
	printf("%s\n", requests < 100 ? "few" : "many");
	printa("%s %s %@d\n", @);
}
