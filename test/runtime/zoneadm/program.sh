# What an image says of its program is how the zone's first process is run: words, environment, directory, user, the signal
# that ends it; in a clone, too, in a bundle, and not where bootargs name another.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
trap 'for z in two one; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1' EXIT
for z in one two; do
	$D/zonecfg -R "$TMP" -z $z "create; set zonepath=/zones/$z; set max-lwps=50" 2>/dev/null
done
wait_for() { for i in $(seq 200); do test -e "$1" && return; sleep 0.05; done; echo "no $1" | sed "s,$TMP,,"; }
for user in app:staff 1000 ''; do
	echo "# user $user"
	rm -rf "$TMP/image"
	python3 program.py "$TMP/image" "$(command -v busybox)" "$user"
	$A -z one install -o "$TMP/image" | sed 's/trap.*while/SCRIPT; while/'
	$A -z two clone -m overlay one >/dev/null
	$A -z two boot
	wait_for "$TMP/zones/two/root/tmp/told"
	cat "$TMP/zones/two/root/tmp/told"
	$A -z two shutdown
	cat "$TMP/zones/two/root/tmp/stopped"
	$A -z two uninstall -F
	if test "$user" = 1000; then
		$A -z one export-oci "$TMP/bundle"
		python3 -c 'import json, sys; p = json.load(open(sys.argv[1]))["process"]; print(p["user"], p["cwd"], p["env"], p["args"][3:])' "$TMP/bundle/config.json"
	fi
	$A -z one boot -- -i /bin/busybox sleep 1000
	ls "$TMP/zones/one/root/tmp/told" 2>/dev/null
	$A -z one halt
	$A -z one uninstall -F
done
rm -rf "$TMP/image"
python3 program.py "$TMP/image" "$(command -v busybox)" nemo
$A -z one install -o "$TMP/image" >/dev/null
$A -z one boot
echo "arg" >"$TMP/zones/one/program"
$A -z one boot
$A -z one uninstall -F
echo "# its supervisor is killed"
rm -rf "$TMP/image"
python3 program.py "$TMP/image" "$(command -v busybox)" 1000
$A -z one install -o "$TMP/image" >/dev/null
$A -z one boot
wait_for "$TMP/zones/one/root/tmp/told"
init=$(cat "$TMP/run/zones/one/pid")
kill -9 $(sed -n 's/^PPid:[ \t]*//p' /proc/$init/status)
for i in $(seq 100); do grep -qs '^State:.[^Z]' /proc/$init/status || break; sleep 0.05; done
grep -s '^State:.[^Z]' /proc/$init/status || echo it ends with it
true
