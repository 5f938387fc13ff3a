# Archives that archives.py makes become what was packed; damaged ones leave nothing.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z a"
export PYTHONHASHSEED=1
trap '$A uninstall -F >/dev/null 2>&1' EXIT
plain() { sed "s,$TMP,,"; }
state() { $A list -p | cut -d: -f3; }
$D/zonecfg -R $TMP -z a 'create; set zonepath=/zones/a' 2>/dev/null
names=$(python3 archives.py $TMP)
python3 archives.py $TMP $TMP/tree >$TMP/whole
# Only pax has attributes.
sed 's/ b.b.x00c.$/ []/' $TMP/whole >$TMP/bare
for name in $names; do
	$A install -a $TMP/$name >/dev/null
	python3 archives.py $TMP $TMP/zones/a/root >$TMP/got
	case $name in gnu.tar) want=bare ;; *) want=whole ;; esac
	diff $TMP/$want $TMP/got
	$A uninstall -F
done
$A install -a $TMP/pax.tar
test $(stat -c %b $TMP/zones/a/root/etc/hole) -lt 1000 && echo "holes are holes"
$A uninstall -F
echo "damaged:"
for cut in 300 600 70000; do
	head -c $cut $TMP/pax.tar >$TMP/cut.tar
	$A install -a $TMP/cut.tar 2>&1 | plain
done
head -c 3000 $TMP/pax.tar.gz >$TMP/cut.gz
$A install -a $TMP/cut.gz >/dev/null 2>&1 || state
yes 'no archive' | head -c 1000 >$TMP/noise
$A install -a $TMP/noise 2>&1 | plain
(printf 'BZh9' && cat $TMP/noise) >$TMP/packed
$A install -a $TMP/packed >/dev/null 2>&1 || state
ls $TMP/zones
echo "a full disk:"
cat >$TMP/full.sh <<END
head -c 8m /dev/urandom >$TMP/big
tar -cf $TMP/big.tar -C $TMP big
mkdir $TMP/more
cp $TMP/big $TMP/more
$A install -a $TMP/big.tar
$A install -d $TMP/more
$A list -p | cut -d: -f3
ls $TMP/zones
END
sh ./on-loop ext4 2m $TMP/zones sh $TMP/full.sh >$TMP/full.out 2>&1
[ $? = 77 ] && cat $TMP/full.out && exit 77
plain <$TMP/full.out
