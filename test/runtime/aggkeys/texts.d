/* Texts as keys, of lengths around those that are taken in one step and around strsize: however they come, equal ones are
 * one key, and the last character tells others apart. */
/* @opts: -qxstrsize=100 */
/* @needs: python3 */
/* @trigger: python3 -c 'import ctypes; chdir = ctypes.CDLL(None).chdir; [chdir(("x" * n)[:n - 1].encode() + c) for n in (0, 1, 2, 31, 32, 33, 63, 64, 65, 95, 96, 97, 98, 99, 100, 150) for c in (b"a", b"b")]; chdir(b"")' */

syscall::chdir:entry
/pid == $target/
{
	this->path = copyinstr(arg0);
	@one[copyinstr(arg0)] = count();
	@one[this->path] = count();
	@one[strjoin(this->path, "")] = count();
	@three[1, execname, copyinstr(arg0)] = sum(strlen(this->path));
	@three[1, execname, this->path] = sum(0);
}

END
{
	printa("%s %@d\n", @one);
	printa("%d %s %s %@d\n", @three);
}
