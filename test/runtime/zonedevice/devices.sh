# The devices of a zone: those of its list and no others, by its /dev and by its control group.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"' 2>/dev/null
$Z install -t sparse >/dev/null
cp reach.py $TMP/zones/web/root/
$Z boot
echo '# without any'
$L 'ls /dev; python3 /reach.py'
$Z halt
echo '# with a list'
$D/zonecfg -R $TMP -z web 'add device; set match=/dev/cpu_dma*; end; add device; set match=/dev/nothing*; end; add device; set match="/dev/[nz][ue]*l"; end'
$Z boot
$L 'ls /dev; stat -c "%F %U" /dev/cpu_dma_latency; python3 /reach.py'
echo '# in its group, but not in its /dev'
python3 reach.py $(cat $TMP/run/zones/web/pid)
$Z reboot
$L 'stat -c %F /dev/cpu_dma_latency'
$Z halt
echo '# what cannot be'
for m in /etc/passwd /dev/../dev/null; do
	$D/zonecfg -R $TMP -z web "remove -F device; add device; set match=$m; end"
	$Z boot
done
$D/zonecfg -R $TMP -z web 'remove -F device; add device; set match=/dev/fd/*; end'
$Z boot; $Z list -p | cut -d: -f3
