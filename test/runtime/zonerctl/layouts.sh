# Control groups of one version only: a zone's limits are held where the controllers are, and refused where they are not.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"
trap 'for v in legacy unified; do ZONE_CGROUPS=$v $Z halt >/dev/null 2>&1; done; $Z uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"' 2>/dev/null
$Z install -t sparse >/dev/null
for v in legacy unified; do
	export ZONE_CGROUPS=$v
	$Z boot && echo without limits && $Z halt
done
$D/zonecfg -R $TMP -z web 'set max-lwps=40'
for v in legacy unified; do
	export ZONE_CGROUPS=$v
	if $Z boot 2>$TMP/said; then
		echo "holds: $($D/prctl -R $TMP -P -t privileged -n zone.max-lwps -i zone web)"
		$Z halt
	else
		sed 's/: no control group.*/: no such controller/' $TMP/said
	fi
done | sort
