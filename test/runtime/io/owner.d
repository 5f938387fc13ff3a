/* @run: $SRC/test/with-loop 16m 'for c in $(seq 0 $(($(nproc) - 1))); do taskset -c $c sh -c "while :; do :; done" & busy="$busy $!"; done; $DTRACE -qs owner.d $NAME -c "setpriv --reuid 65534 --clear-groups dd of=/dev/null bs=64k iflag=direct status=none" < $DEV; kill $busy' */
/* @needs: setpriv, task_kptr others */
/* Every CPU is busy with something else: a request is done by an interrupt of that, and yet the reader's. */
int64_t other, seen;

io:::start
/args[1]->dev_statname == $$1 && execname == "dd"/
{
	started++;
	self->requests++;
	@lines["start", curpsinfo->pr_psargs] = count();
}

io:::done
/args[1]->dev_statname == $$1 && started/
{
	@names[execname, pid == $target, tid == $target, uid, zonename] = count();
	@kin[curpsinfo->pr_fname, curpsinfo->pr_pid == pid, curpsinfo->pr_ppid == ppid, curlwpsinfo->pr_lwpid == tid] = count();
	/* the reader's own variable */
	seen = self->requests > seen ? self->requests : seen;
	other += curthread->tgid != pid;
	@lines["done", execargs] = count();
	done++;
}

END
{
	printf("%d %d %s, other %d\n", started, seen, done > 200 ? "done" : "not done", other);
	printa("%s %d %d %d %s\n", @names);
	printa("%s %d %d %d\n", @kin);
	printa("%s: %s\n", @lines);
}
