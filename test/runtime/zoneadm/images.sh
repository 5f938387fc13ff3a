# Images of containers in all their wrappings; those made to do harm; a zone as a bundle, and back.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z a" B="$D/zoneadm -R $TMP -z b"
trap 'for z in a b; do $D/zoneadm -R $TMP -z $z uninstall -F; done >/dev/null 2>&1' EXIT
plain() { sed "s,$TMP,,g; s/[0-9a-f]\{64\}/DIGEST/"; }
for z in a b; do
	$D/zonecfg -R $TMP -z $z "create; set zonepath=/zones/$z; set max-lwps=30; add attr; set name=owner; set type=string; set value=me; end; add capped-memory; set physical=64m; end" 2>/dev/null
done
mkdir -p $TMP/outside $TMP/evil
echo kept >$TMP/outside/file
evil=$(python3 images.py $TMP)
show() { (cd $TMP/zones/$1/root && find . -mindepth 1 ! -type d | LC_ALL=C sort | while read f; do echo "$f $(readlink $f || cat $f)"; done); }
for image in oci oci.tar docker docker.tar; do
	case $image in docker*) tag=box:v1 ;; *) tag=v1 ;; esac
	$A install -o $TMP/$image -T $tag >$TMP/said
	show a >$TMP/$image.got
	$A uninstall -F
	cmp $TMP/oci.got $TMP/$image.got && echo "$image is the same"
done
cat $TMP/said $TMP/oci.got
$A install -o $TMP/oci -T v2 2>&1 | plain
$A install -o $TMP/evil 2>&1 | plain
for name in $evil; do
	echo "$name:"
	$A install -o $TMP/evil/$name 2>&1 | grep -v '^Preparing\|^Zone is\|^It is run\|^The image' | plain
	cat $TMP/outside/file
	ls $TMP/outside
	$A uninstall -F 2>/dev/null
done
ls $TMP/zones
echo "a bundle:"
$A install -t sparse >/dev/null
echo hello >$TMP/zones/a/root/etc/motd
$A export-oci $TMP/bundle
python3 -c 'import json, sys; c = json.load(open(sys.argv[1])); print(c["hostname"], c["annotations"], c["linux"]["resources"]["pids"], c["linux"]["resources"]["memory"], c["process"]["args"])' $TMP/bundle/config.json
$A export-oci $TMP/bundle 2>&1 | plain
$B install -o $TMP/bundle && cat $TMP/zones/b/root/etc/motd
