/*
 * Every transition of a zone's life, with who or what made it happen; the supervisor's death is one, of a zone that was
 * up before tracing as well.
 */
/* @needs: others */
/* @run: B=$(dirname $DTRACE); N=prov$$; Z="$B/zoneadm -R $TMP -z $N"; S() { awk '/^PPid/ {print $2}' /proc/$(cat $TMP/run/zones/$N/pid)/status; }; W() { for i in $(seq 400); do $Z list -p | grep -q :installed: && break; sleep 0.05; done; }; T() { $DTRACE -qs $TEST $N >$TMP/out$1 2>&1 & P=$!; for i in $(seq 200); do grep -q begun $TMP/out$1 && break; sleep 0.05; done; }; E() { sleep 0.3; kill $P; wait $P; sed "s/$N/NAME/g; s/NAME [0-9]+/NAME ID/; /^$/d" -E $TMP/out$1; }; T 1; $B/zonecfg -R $TMP -z $N "create; set zonepath=/zones/$N; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null; $Z install -t sparse >/dev/null; $Z ready; $Z boot; $Z reboot; $Z shutdown; $Z boot -- -i /nonsense 2>/dev/null; $Z boot -- -i /bin/false; W; $Z boot; E 1; T 2; kill -9 $(S); W; $Z mark incomplete; $Z uninstall -F; $B/zonecfg -R $TMP -z $N delete -F; E 2; find /sys/fs/cgroup -depth -type d -name "$N@*" -exec rmdir {} + */
#pragma D option switchrate=10hz
zone:::
/args[0]->zone_name == $$1/
{
	printf("%s %s %d %s %s: %s\n", probename, args[0]->zone_name, args[0]->zone_id, args[0]->zone_brand, args[0]->zone_path,
	    args[0]->zone_reason);
}

dtrace:::BEGIN
{
	printf("begun\n");
}
