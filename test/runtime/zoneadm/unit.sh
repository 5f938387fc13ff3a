# The unit of systemd: systemd finds nothing wrong with it, and what it starts and stops is what it says.
D=$(dirname "$DTRACE")
U="$TMP/zones.service"
M=$$
trap '$D/zoneadm -R "$TMP" -z a$M halt >/dev/null 2>&1; $D/zoneadm -R "$TMP" -z a$M uninstall -F >/dev/null 2>&1' EXIT
sed "s#@SBINDIR@#$D#g; s#^Documentation=.*##" $SRC/lib/systemd/zones.service.in >"$U"
grep -c @ "$U"
systemd-analyze verify "$U" && echo "nothing wrong"
sed "s#@SBINDIR@#$D#g; s#^Documentation=.*##" $SRC/lib/systemd/zoneadmd.service.in >"$TMP/zoneadmd.service"
systemd-analyze verify "$TMP/zoneadmd.service" && echo "nor with the other"
$D/zonecfg -R "$TMP" -z a$M "create; set zonepath=/zones/a; set autoboot=true; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
$D/zoneadm -R "$TMP" -z a$M install -t sparse >/dev/null
for what in ExecStart ExecStop; do
	set -- $(sed -n "s/^$what=//p" "$U")
	program=$1
	shift
	"$program" -R "$TMP" "$@" && $D/zoneadm -R "$TMP" list -ip | cut -d: -f2,3 | sed "s/$M//"
done
