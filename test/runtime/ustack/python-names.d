/* Names of Python's functions are UTF-8, whatever the interpreter keeps them as; a generator stands below what asks it. */
/* @needs: /usr/bin/python3.11 */
/* @run: sh python-names.sh */
syscall::getppid:entry
/pid == $target/
{
	@[ustack(40)] = count();
}
