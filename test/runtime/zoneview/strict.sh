# A zone sees its limits where only root may pass "/".
D=$(dirname "$DTRACE")
M=$$
A="$D/zoneadm -R $TMP -z one$M"
case $(uname -r) in
[1-5].* | 6.?.* | 6.1[0-4].*)
	echo "kernels before 6.15: the system's files are seen in its place"
	exit 77
	;;
esac
trap '$A halt >/dev/null 2>&1; $A uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R "$TMP" -z one$M 'create; set zonepath=/zones/one; set bootargs="-i /bin/sleep 1000"; add capped-memory; set physical=64m; end; add capped-cpu; set ncpus=1; end' 2>/dev/null
$A install -t sparse >/dev/null
$A boot
stat -c %a /
$D/zlogin -R "$TMP" one$M 'head -1 /proc/meminfo; nproc'
