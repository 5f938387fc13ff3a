/* @run: $SRC/test/with-loop 16m 'for c in $(seq 0 $(($(nproc) - 1))); do taskset -c $c sh -c "while :; do :; done" & busy="$busy $!"; done; $DTRACE -qs kin.d $NAME -c "dd of=/dev/null bs=64k iflag=direct status=none" < $DEV; kill $busy' */
/* @needs: task_kptr */
/* Whose kin asked for a request, and what that has open, is told at its end as well, where no clause asks for anything else of a thread. */
io:::done
/args[1]->dev_statname == $$1 && progenyof($target)/
{
	getf(0)->f_inode->i_rdev == args[1]->dev_major << 20 | args[1]->dev_minor ? mine++ : others++;
}

/* A host may keep a thread of its own from being traced, and what an interrupt ends on top of it. */
END
{
	printf("%s, %d of something else\n", mine > 200 ? "its own" : "too few", others);
}
