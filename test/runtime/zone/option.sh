# A service "same" beside a zone of that name in an /etc of this test's own, and a sleeper of the system.
M=$$
nap=0.1$(printf %06d $M)
unified=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
mkdir -p "$TMP/etc"
mount -t tmpfs none "$TMP/etc" && mkdir "$TMP/etc/upper" "$TMP/etc/work" &&
	mount -t overlay -o "lowerdir=/etc,upperdir=$TMP/etc/upper,workdir=$TMP/etc/work" overlay /etc || exit 1
mkdir -p /etc/zones
echo "same:installed:/zones/same:" >/etc/zones/index
mkdir -p "$unified/option$M.slice/same.service"
sh -c "echo \$\$ >'$unified/option$M.slice/same.service/cgroup.procs'; while :; do sleep $nap; done" &
service=$!
sh -c "while :; do sleep $nap; done" &
other=$!
for zone in same same@systemd global; do
	"$DTRACE" -xzone=$zone -s option.d "$(echo $nap | sed 's/0\.//')00" | sed -E "/begun|^$/d; s/ [0-9]+$//; s/^/option $zone: /"
done
kill $service $other
wait $service $other
sleep $nap
rmdir "$unified/option$M.slice/same.service" "$unified/option$M.slice"
umount /etc "$TMP/etc"
