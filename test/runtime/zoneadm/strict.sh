# Zones where only root may pass "/": sparse, cloned over layers, with views and limits, entered, rebooted.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
M=$$
trap 'for z in two one; do $A -z $z$M halt; $A -z $z$M uninstall -F; done >/dev/null 2>&1' EXIT
stat -c %a /
for z in one two; do
	$D/zonecfg -R "$TMP" -z $z$M "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"; add capped-memory; set physical=64m; end; add capped-cpu; set ncpus=1; end" 2>/dev/null
done
$A -z one$M install -t sparse
$A -z two$M clone -m overlay one$M
for z in one two; do
	$A -z $z$M boot
	$D/zlogin -R "$TMP" $z$M 'id -un; stat -c %a /; test -c /dev/null && echo null'
done
$A -z two$M reboot && $D/zlogin -R "$TMP" two$M 'stat -c %U /etc/passwd; cat /proc/uptime | grep -c .'
$A -z one$M halt && $A list -p | cut -d: -f2- | sed "s/$M//; s/:[0-9a-f-]*:linux/:linux/"
