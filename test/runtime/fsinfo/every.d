/* @run: $DTRACE -qs every.d -c "/usr/bin/python3 -I every.py $TMP/folder $TMP/own" 2>$TMP/err | LC_ALL=C sort | sed /^$/d > $TMP/seen; cat $TMP/err; LC_ALL=C sort $TMP/own | diff - $TMP/seen && wc -l < $TMP/seen && cut -d' ' -f1 $TMP/seen | sort -u | tr '\n' ' ' */
/* @timeout: 120 */
/* Operations on files, with path names and what each says of itself, of a program that writes down what it does. */
self int on;

syscall::getpgid:entry
/pid == $target/
{
	self->on = !self->on;
}

fsinfo:::
/self->on/
{
	printf("%s %s %s %d\n", probename, args[0]->fi_pathname, args[0]->fi_name, args[1]);
}
