# methods.sh FILESYSTEM METHOD...: clones by each method on a file system, $TMP/zones; what each
# keeps, and that neither zone sees what the other writes later.
fs=$1
shift
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP" L="$D/zlogin -R $TMP"
trap 'for z in a b c; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1' EXIT
for z in a b c; do
	$D/zonecfg -R "$TMP" -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
done
for method in "$@"; do
	echo "$fs, $method:"
	$A -z a install -t sparse >/dev/null
	R=$TMP/zones/a/root
	mkdir -p $R/data/deep
	echo one >$R/data/file
	chown 7:8 $R/data/file
	chmod 4751 $R/data/file
	ln $R/data/file $R/data/deep/same
	ln -s file $R/data/link
	mkfifo $R/data/fifo
	truncate -s 8m $R/data/hole
	echo end >>$R/data/hole
	touch -d 2001-02-03T04:05:06Z $R/data/file $R/data/deep
	$A -z b clone -m $method a || { $A -z a uninstall -F; $A list -cn -p | cut -d: -f2,3 | xargs; continue; }
	$A -z a boot
	$A -z b boot
	$L b 'cd /data; stat -c "%n %A %u:%g %Y" file deep; stat -c "%n %A %h" link fifo file; test file -ef deep/same && echo same; test $(stat -c %b hole) -lt 1000 && tail -c 4 hole'
	$L b 'echo two >/data/file; rm -r /data/link; mv /data/deep /data/moved; ls /data'
	$L a 'cat /data/file; ls /data; echo three >/data/file; echo new >/data/late'
	$L b 'cat /data/file /data/moved/same; cat /data/late 2>/dev/null'
	$A -z a halt
	$A -z c clone a >/dev/null && $A -z c boot
	$L c 'cat /data/late /data/file'
	$A -z a uninstall -F
	$L b 'cat /data/file'
	$L c 'cat /data/file'
	for z in b c; do
		$A -z $z halt
		$A -z $z uninstall -F
	done
	ls -A $TMP/zones
done
