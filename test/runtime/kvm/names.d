/* What a guest is called: as the program that runs it was told, or like that program. */
/* @run: [ -e /dev/kvm ] || { echo "there is no /dev/kvm"; exit 77; }; for a in '-name plain' '-name one,debug-threads=on -m 1' '--name tool' ''; do $DTRACE -qs $TEST -c "python3 guest.py $a 1" | sed 's/^python.*$/python/'; done */
kvm:::pio-write
/pid == $target/
{
	printf("%s\n", args[0]->vm_name);
}
