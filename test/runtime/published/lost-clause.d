/* A clause without probes is what is reported, not what it would have declared. */
/* @run: $DTRACE -eqn 'nfsv3:::op-read-done { @r[args[0]->ci_remote] = count(); n++; this->a = 1; self->b = 1; } END { printa(@r); trunc(@r); trace(n); trace(self->b); }' 2>&1 | grep -v '^    ' */
BEGIN
{
	exit(0);
}
