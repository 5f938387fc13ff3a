/* Interrupts under their portable names: as many as the kernel's own event has, and each ends. */
/* @run: timeout 60 $DTRACE -qs $TEST -c 'sh -c "dd if=/dev/zero of=$TMP/x bs=1M count=8 conv=fsync 2>/dev/null; sleep 0.2"' */
sdt:::interrupt-start	{ numbers += args[1] >= 0; names += args[0]->name != NULL; began++; }
sdt:::irq_handler_entry	{ seen++; }
sysinfo:::intr		{ counted++; }

END
/began == seen && began == counted && names == began && numbers == began && began > 0/
{
	printf("agree\n");
}
