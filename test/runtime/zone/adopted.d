/*
 * Zones that others made, really running: a container of podman, one of systemd-nspawn, one of lxc, a virtual machine of
 * qemu, a service and a container that shares the system's processes, both by their control groups, before and while it
 * is traced. zoneadm lists them; zonename has the same names.
 */
/* @needs: others podman runc systemd-nspawn lxc-start busybox qemu-system-x86_64 may_goto */
/* @timeout: 90 */
/* @run: test -w /dev/kvm || { echo no /dev/kvm; exit 77; }; grep -q " cgroup2 " /proc/mounts || { echo no control groups of version 2; exit 77; }; sh adopted.sh */
#pragma D option quiet
#pragma D option aggsortkey

dtrace:::BEGIN
{
	printf("begun\n");
}

/* Who sleeps so long is of this test. */
syscall::clock_nanosleep:entry
/1 && *(uint64_t *)copyin(arg2 + 8, 8) == $1/
{
	@[zonename, zoneid >= 1000000] = count();
}

syscall:::entry
/pid == $2/
{
	@[zonename, zoneid >= 1000000] = count();
}

dtrace:::END
{
	printa("%s %d %@d\n", @);
}
