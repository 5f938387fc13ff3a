# A zone with a fork bomb, then one that takes all memory it can get: its neighbour forks and takes what is its own as if
# alone, nothing is refused there or outside, and the wild one can be entered and halted.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
L="$D/zlogin -R $TMP"
trap 'for z in wild calm; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1' EXIT
for z in calm wild; do
	$D/zonecfg -R "$TMP" -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"; set max-lwps=40; add capped-memory; set physical=64m; set swap=64m; end; add capped-cpu; set ncpus=.5; end" 2>/dev/null
done
$A -z calm install -t sparse >/dev/null
cat >"$TMP/zones/calm/root/work.py" <<'X'
import os
done = 0
for i in range(30):
    pid = os.fork()
    if pid == 0:
        os._exit(bytearray(8 << 20)[i << 12])
    done += os.waitpid(pid, 0)[1] == 0
print("of thirty", done)
X
cat >"$TMP/zones/calm/root/bomb.py" <<'X'
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
X
cat >"$TMP/zones/calm/root/hog.py" <<'X'
import os
while True:
    if os.fork() == 0:
        all = []
        while True:
            all.append(bytearray(1 << 20))
    os.wait()
X
$A -z wild clone calm >/dev/null
for z in calm wild; do $A -z $z boot; done
event() { find /sys/fs/cgroup -path "*/zones/$1@*" -name "$2" -exec sed -n "$3" {} + 2>/dev/null | head -1; }
for what in bomb hog; do
	timeout 60 $L wild "exec python3 /$what.py" >/dev/null 2>&1 &
	for i in $(seq 60); do
		test "$(event wild pids.events 's/^max //p')0" -gt 0 && break
		test "$(event wild memory.oom_control 's/^oom_kill //p')$(event wild memory.events 's/^oom_kill //p')" != 0 && break
		sleep 0.05
	done
	sleep 0.3
	echo "# $what"
	timeout 60 $L calm 'python3 /work.py'
	(true) && echo "and here"
	timeout 30 $L -S wild 'echo entered' 2>&1 | sed 's/.*Cannot fork.*/entered/'
	timeout 60 $A -z wild halt
	wait $!
	$A -z wild list -p | cut -d: -f2,3
	$A -z wild boot
done
echo "# refused at the neighbour's"
event calm pids.events 's/^max //p'
event calm memory.oom_control 's/^oom_kill //p'
event calm memory.events 's/^oom_kill //p'
true
