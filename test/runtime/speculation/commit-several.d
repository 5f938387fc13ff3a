/* One clause commits several speculations, in the order it says, one of them twice; a zero, a
 * speculation already discarded and one that never was are left alone. */
/* @opts: -q -xnspec=5 */
BEGIN { a = speculation(); b = speculation(); c = speculation(); d = speculation(); }
BEGIN { speculate(a); printf("a1\n"); }
BEGIN { speculate(b); printf("b1\n"); }
BEGIN { speculate(a); printf("a2\n"); }
BEGIN { speculate(c); printf("never\n"); }
BEGIN { speculate(d); printf("d1\n"); }
BEGIN { discard(c); }
BEGIN { commit(0); commit(b); commit(99); commit(c); commit(a); commit(b); }
BEGIN { speculate(a); printf("too late\n"); }
BEGIN { speculate(b); printf("too late\n"); }
BEGIN { commit(a); commit(b); }
/* What is committed may be used again, and a branch commits or leaves. */
BEGIN { a = speculation(); b = speculation(); }
BEGIN { speculate(a); printf("a again\n"); }
BEGIN { speculate(b); printf("never\n"); }
BEGIN
{
	commit(d);
	if (a)
		commit(a);
	else
		commit(b);
	discard(b);
	commit(b);
}
BEGIN { exit(0); }
