# Runs merge.d over small cached writes to $DEV and compares with the kernel's account of the device.
set -e
# writes, merged, written sectors, in one line
account() { awk -v n="$NAME" '$3 == n { print $8, $9, $10 }' /proc/diskstats; }
echo "exec setpriv --reuid 65534 --clear-groups dd if=/dev/zero bs=4k count=2000 conv=fsync status=none 1<> $DEV" > "$TMP/work"
for scheduler in none mq-deadline; do
	echo $scheduler > "/sys/block/$NAME/queue/scheduler" || continue
	before=$(account)
	traced=$($DTRACE -qs merge.d "$NAME" -c "sh $TMP/work")
	echo "$before $(account) $traced"
done > "$TMP/merge.accounts"
echo none > "/sys/block/$NAME/queue/scheduler" || :
awk '{
	want = "0 " $4 - $1 " " $6 - $3 " " $6 - $3 " 0 0"
	got = $7 " " $8 " " $9 " " $10 " " $11 " " $12
	if (want != got || $5 - $2 < 500) { print $5 - $2, "merged, /proc/diskstats", want, "io", got; exit }
	n++
} END { if (n && n == NR) print "agree" }' "$TMP/merge.accounts"
