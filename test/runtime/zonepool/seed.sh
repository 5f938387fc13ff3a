# A zone of 2011 with a pool of one CPU, 512 MiB, shares and an address, as it was written then.
exec 2>&1
D=$(dirname $DTRACE)
trap '$D/zoneadm -R $TMP -z foo halt >/dev/null 2>&1; $D/zoneadm -R $TMP -z foo uninstall -F >/dev/null 2>&1; $D/pooladm -R $TMP -d' EXIT
ip link add rum2 type veth peer name far
ip link set far up
ip link set rum2 up
$D/poolcfg -R $TMP -c 'create pset pool1_set (uint pset.min=1 ; uint pset.max=1)'
$D/poolcfg -R $TMP -c 'create pool pool1'
$D/poolcfg -R $TMP -c 'associate pool pool1 (pset pool1_set)'
$D/pooladm -R $TMP -c # writes to /etc/pooladm.conf
$D/poolcfg -R $TMP -c 'modify pool pool_default (string pool.scheduler="FSS")'
$D/pooladm -R $TMP -c
$D/zonecfg -R $TMP -z foo "create; set zonepath=/zones/foo; set autoboot=true; \
 set pool=pool1; \
 add net; set address=192.168.0.160/24; set defrouter=192.168.0.1; set physical=rum2; end; \
 add capped-memory; set physical=512m; set swap=512m; end; \
 add rctl; set name=zone.cpu-shares; add value (priv=privileged,limit=2,action=none); end; \
 add rctl; set name=zone.max-lofi; add value (priv=privileged,limit=2,action=none); end; \
 verify; commit"
$D/zoneadm -R $TMP -z foo install -t sparse
$D/zoneadm -R $TMP -z foo boot -- -i /bin/sleep 1000
$D/zlogin -R $TMP foo 'prtconf | tail -1; mpstat | wc -l; psrinfo | wc -l; ip -br addr show rum2 | tr -s " " | cut -d" " -f3; ip route | head -1'
$D/prctl -R $TMP -P -n zone.cpu-shares -t privileged -i zone foo
