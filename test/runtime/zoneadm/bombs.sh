# On a small file system, $TMP/zones. Names of archives' entries are long: what is said of them is cut.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z boom"
trap '$A halt >/dev/null 2>&1; $A uninstall -F >/dev/null 2>&1' EXIT
said() { sed "s,$TMP,,g; s,a/a/[a/l0-9]*,DEEP,g" | cut -c1-120; }
$D/zonecfg -R $TMP -z boom 'create; set zonepath=/zones/boom' 2>/dev/null
for bomb in zeros noise many tail deep deeper; do
	echo "# $bomb"
	python3 ./bombs.py $TMP/bomb $bomb
	test $(stat -c %s $TMP/bomb) -lt 1000000 || test $bomb = noise || echo "no small archive"
	timeout 60 $A install -a $TMP/bomb 2>&1 | said
	$A list -p | cut -d: -f3
	(ulimit -n 256; $A uninstall -F 2>/dev/null)
	find $TMP/zones -mindepth 1 -maxdepth 1 ! -name lost+found
done
echo "# a tenant's"
$A install -t sparse >/dev/null
$A boot
$D/zlogin -R $TMP boom 'python3 -c "
import os
for k in range(300):
    os.mkdir(\"d\")
    os.chdir(\"d\")
open(\"file\", \"w\").close()
"'
$A halt
ulimit -n 256
$A uninstall -F
$A list -p | cut -d: -f3
find $TMP/zones -mindepth 1 -maxdepth 1 ! -name lost+found
