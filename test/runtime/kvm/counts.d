/* What the probes count is what the process that runs the guest counts; its name is that of the command line. */
/* @run: [ -e /dev/kvm ] || { echo "there is no /dev/kvm"; exit 77; }; $DTRACE -qs $TEST -c 'python3 guest.py -name guest=web1,debug-threads=on 100' */
kvm:::pio-read,
kvm:::pio-write
/pid == $target/
{
	@[probename, args[0]->vm_name, args[0]->vm_vcpu, args[1], args[2], args[3]] = count();
}

kvm:::mmio-read,
kvm:::mmio-write
/pid == $target/
{
	@[probename, args[0]->vm_name, args[0]->vm_vcpu, args[1], args[2], *(char *)args[3]] = count();
}

kvm:::pio-write
/pid == $target && *(char *)args[4] != 'A'/
{
	@bad = count();
}

kvm:::user-exit
/pid == $target/
{
	@exits[args[1] == KVM_EXIT_IO ? "io" : args[1] == KVM_EXIT_MMIO ? "mmio" : args[1] == KVM_EXIT_HLT ? "hlt" : "other",
	    args[0]->vm_pid == pid, args[2]] = count();
}

END
{
	printa("%-12s %s %d %x %d %d %@d\n", @);
	printa("%s %d %d %@d\n", @exits);
	printa("%@d bad\n", @bad);
}
