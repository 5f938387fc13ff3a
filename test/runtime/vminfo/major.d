/* @run: [ $(stat -f -c %T $TMP) != tmpfs ] || { echo "$TMP is memory"; exit 77; }; $SRC/test/agree 5 '$DTRACE -qs major.d -c "/usr/bin/python3 -I major.py $TMP/own" > $TMP/seen; read own < $TMP/own; read major in pages < $TMP/seen; echo "getrusage: $own, vminfo: $major $in $pages"; [ $own -ge 60 -a "$major $in $pages" = "$own $own $own" ] && echo agree' | tail -1 */
/* Pages of a file that have to be read are major faults, once each; reading them again is none. */
self int on;

syscall::getpgid:entry
/pid == $target/
{
	self->on = !self->on;
}

vminfo:::maj_fault
/self->on/
{
	major += arg0;
}

vminfo:::pgin
/self->on/
{
	pgin += arg0;
}

vminfo:::pgpgin
/self->on/
{
	pages += arg0;
}

END
{
	printf("%d %d %d\n", major, pgin, pages);
}
