D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z one"
Z="$D/zonecfg -R $TMP -z one"
L="$D/zlogin -R $TMP one"
trap '$A halt >/dev/null 2>&1; $A uninstall -F >/dev/null 2>&1' EXIT
$Z 'create; set zonepath=/zones/one; set bootargs="-i /bin/sleep 1000"' 2>/dev/null
$A install -t sparse >/dev/null
cat >$TMP/zones/one/root/stack.py <<X
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.mprotect.argtypes = [ctypes.c_ulong, ctypes.c_ulong, ctypes.c_int]
begin = next(int(l.split("-")[0], 16) for l in open("/proc/self/maps") if "[stack]" in l)
print("stack:", "refused" if libc.mprotect(begin, 4096, 7 | 0x01000000) else "can be executed")
print("mapping at 0:", "refused" if libc.mmap(0, 4096, 3, 0x32, -1, 0) == -1 else "made")
X
# Where three programs in a row have their stacks: of one place, or of several; then what they can do about it.
try() {
	echo "# $*"
	$Z 'remove -F security-flags' 2>/dev/null
	test $# = 0 || $Z "add security-flags; $1; end; verify; commit" 2>&1
	test $# = 0 || $Z 'info security-flags' | grep -q lower || return
	$A boot || return
	cat /proc/$(cat $TMP/run/zones/one/pid)/personality
	for i in 1 2 3 4; do $L 'grep stack /proc/self/maps'; done | sort -u | awk 'END {print (NR > 1 ? "random" : "the same")}'
	$L 'setarch -R true 2>/dev/null && echo without aslr; setarch -X true 2>/dev/null && echo with READ_IMPLIES_EXEC; cat /proc/self/personality; python3 /stack.py'
	$A halt
}
try
try 'set default=none'
try 'set lower=aslr'
try 'set lower="aslr,noexecstack"; set default=all'
try 'set lower="all,!forbidnullmap"; set default=none'
try 'set upper=noexecstack; set default=aslr'
try 'set default=fly'
true
