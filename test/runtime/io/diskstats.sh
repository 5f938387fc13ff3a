# Runs diskstats.d over work on $DEV and compares with the kernel's account of the device.
set -e
mkfs.ext4 -q "$DEV"
mkdir -p "$TMP/mnt"
# Where the kernel tells nobody that a request is made, flushes do not start: there are none.
$DTRACE -ln rawtp:::block_io_start > /dev/null 2>&1 || quiet="-o nobarrier"
work="set -e; mount $quiet $DEV $TMP/mnt
for i in 1 2 3; do dd if=/dev/zero of=$TMP/mnt/\$i bs=64k count=20 conv=fsync status=none; done
dd if=$TMP/mnt/1 of=/dev/null iflag=direct bs=4k status=none
rm $TMP/mnt/2; fstrim $TMP/mnt || :; umount $TMP/mnt
dd if=$DEV of=/dev/null bs=64k iflag=direct status=none; sleep 0.1"
echo "$work" > "$TMP/work"
# reads, read sectors, writes, written sectors, discards, discarded sectors, in one line
account() { awk -v n="$NAME" '$3 == n { print $4, $6, $8, $10, $15, $17 }' /proc/diskstats; }
before=$(account)
traced=$($DTRACE -qs diskstats.d "$NAME" -c "sh $TMP/work")
echo "$before $(account) $traced" | awk '{
	reads = $7 - $1; read_sectors = $8 - $2
	all = reads + $9 - $3 + $11 - $5; sectors = read_sectors + $10 - $4
	want = all " " all " " sectors " " reads " " read_sectors
	got = $13 " " $14 " " $15 " " $16 " " $17
	print (want == got && all > 300) ? "agree" : "/proc/diskstats " want ", io " got }'
