/* The probes of Debian's libvirt, which is no program but a library: its objects, by the driver of its tests. */
/* @needs: gcc */
/* @run: so=$(/sbin/ldconfig -p | sed -n 's/.*libvirt.so.0 .*=> //p' | head -1); [ -n "$so" ] || { echo "libvirt is not installed"; exit 77; }; gcc -o $TMP/virt virt.c $so && $DTRACE -qs $TEST -c $TMP/virt */
libvirt$target:::object_new
/copyinstr(arg1) == "virConnect" || copyinstr(arg1) == "virDomain"/
{
	printf("new %s\n", copyinstr(arg1));
	known[arg0] = 1;
}

libvirt$target:::object_ref
/known[arg0]/
{
	@refs = count();
}

libvirt$target:::object_dispose
/known[arg0]/
{
	printf("gone\n");
	known[arg0] = 0;
}

END
{
	printa("referred to: %@d\n", @refs);
}
