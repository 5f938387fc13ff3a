B=$(dirname "$DTRACE")
M=$$
A="$B/zoneadm -R $TMP"
in_zone() { zone=$1; shift; "$B/zlogin" -R "$TMP" $zone$M "$*" >/dev/null 2>&1; }
for z in one two; do
	$B/zonecfg -R "$TMP" -z $z$M "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
done
$A -z one$M install -t sparse >/dev/null
cp "$PROGRAMS/calls" "$TMP/zones/one/root/opt/calls$M"
cp "$PROGRAMS/sites" "$TMP/zones/one/root/opt/sites$M"
$A -z two$M clone one$M >/dev/null
trap 'for z in two one; do $A -z $z$M halt; $A -z $z$M uninstall -F; done >/dev/null 2>&1' EXIT
for z in one two; do $A -z $z$M boot; done
in_zone one /opt/calls$M 1 60 &
in_zone two /opt/sites$M 60 &
sleep 0.3
# Other processes of the machine are walked, too: whatever these are, there is room for their tables.
"$DTRACE" -q -xunwindsize=64m -n "
pid*:calls$M:add:entry { @[\"add\", zonename] = count(); }
sites*:sites$M::twice { @[\"twice\", zonename] = count(); }
pid*:calls$M:add:entry { @stacks[zonename, ustack(1)] = count(); }
BEGIN { printf(\"begun\n\"); }
END { printa(\"%s %s %@d\n\", @); printa(\"%s%k%@d\n\", @stacks); }" >"$TMP/out" 2>&1 &
dtrace=$!
for i in $(seq 300); do grep -q begun "$TMP/out" && break; sleep 0.05; done
in_zone two /opt/calls$M 1
in_zone one /opt/sites$M
sleep 1.5
in_zone two /opt/calls$M 1
in_zone one /opt/sites$M
kill $dtrace
wait $dtrace
sed -E "/begun|^$|^ *[0-9]+$/d; s/$M//g; s/ [0-9]+$//; s/\+0x[0-9a-f]+//; s/^ +//" "$TMP/out" | sort -u
