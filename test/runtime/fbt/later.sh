# A module that is loaded while tracing runs: its functions are probed as if they had been there.
modprobe -r ifb 2>/dev/null
modprobe -n ifb 2>/dev/null || { echo "no module ifb"; exit 77; }
lsmod | grep -q '^ifb ' && { echo "module ifb is in use"; exit 77; }
"$DTRACE" -q -Z -s later.d >"$TMP/out" & p=$!
tell() { for i in $(seq 100); do grep -q "$1" "$TMP/out" && return; $2; sleep 0.1; done; echo "not told: $1"; }
add() { ip link add ifb77 type ifb && ip link del ifb77; }
tell armed :
modprobe ifb numifbs=0
[ -e /sys/kernel/btf/ifb ] || echo "module ifb has no type information"
tell ifb_dev_init:return add
kill -INT $p
wait $p
grep . "$TMP/out"
modprobe -r ifb
