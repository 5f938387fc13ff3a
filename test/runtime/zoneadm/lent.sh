D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
trap 'for z in lender other; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1' EXIT
mkdir -p $TMP/secret $TMP/kept/share
echo secret >$TMP/secret/file
echo kept >$TMP/kept/share/file
ln -s zones/lender/root $TMP/way
ln -s kept $TMP/own
for z in lender other; do
	$D/zonecfg -R $TMP -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
	$A -z $z install -t sparse >/dev/null
done
R=$TMP/zones/lender/root
share() { # SPECIAL
	$D/zonecfg -R $TMP -z other "remove -F fs; add fs; set dir=/mnt; set special=$1; set type=lofs; end" 2>/dev/null ||
		$D/zonecfg -R $TMP -z other "add fs; set dir=/mnt; set special=$1; set type=lofs; end"
	$A -z other boot 2>&1 | sed "s#$TMP##"
	$D/zlogin -R $TMP other 'cat /mnt/file' 2>/dev/null && $A -z other halt
}
mkdir -p $R/srv/share
echo lent >$R/srv/share/file
echo "# as it is"
share $R/srv/share
share $TMP/way/srv/share
echo "# by a link of the host's"
share $TMP/own/share
echo "# links of the zone's"
mv $R/srv/share $R/srv/kept
ln -s $TMP/secret $R/srv/share
share $R/srv/share
share $TMP/way/srv/share
rm $R/srv/share
mv $R/srv $R/srv.kept
mkdir $TMP/secret/share
cp $TMP/secret/file $TMP/secret/share/
ln -s ../../../secret $R/srv
share $R/srv/share
share $TMP/way/srv/share
share $R/srv/../../../../secret
true
