# A zone whose first process talks on its console; what else may be there, and what a wrong command line says.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z box"
trap '$A halt >/dev/null 2>&1; $A uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R "$TMP" -z box 'create; set zonepath=/zones/box; set bootargs="-i /talk"' 2>/dev/null
$A install -t sparse >/dev/null
cat >"$TMP/zones/box/root/talk" <<'X'
#!/bin/sh
echo "up on $(tty)"
while read line; do
	echo "heard $line"
	if test "$line" = much; then
		sleep 1
		for i in $(seq 20000); do echo "line $i"; done
		echo done >/tmp/said
	fi
done
exec sleep 1000
X
chmod +x "$TMP/zones/box/root/talk"
python3 console.py "$D/zlogin" "$D/zoneadm" "$TMP" box
echo "# inside"
$D/zlogin -R "$TMP" -S box 'stat -c "%U %G %a %F" /dev/console; ls /dev/console /dev/pts; echo x >/dev/console && echo written'
stat -c %a "$TMP/run/zones/box/console"
$A halt
ls "$TMP/run/zones/box/console" 2>/dev/null
$D/zlogin -d box 2>&1 | head -1
$D/zlogin -R "$TMP" -S -l nobody box true 2>&1 | head -1
