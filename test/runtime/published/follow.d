/* What an error leaves undefined is not reported as well; a cast to what is no type says so, as does what another kernel's threads have. */
/* @run: for p in 'BEGIN { @a[nothing] = count(); @ = sum(nothing); } END { printa(@a); clear(@); trunc(@b); }' 'BEGIN { trace(((callout_t *)arg0)->c_func); }' 'BEGIN { trace((callout_t **)arg0); }' 'BEGIN { trace((1 * )); }' 'BEGIN { trace(curthread->t_procp->p_pidp); }' 'BEGIN { trace(curthread->nothing); }'; do $DTRACE -n "$p"; done 2>&1 | grep -v "^   *[|]" */
BEGIN
{
	exit(0);
}
