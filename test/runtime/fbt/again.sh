# A module that is unloaded and loaded again while it is traced.
modprobe -r ifb 2>/dev/null
modprobe -n ifb 2>/dev/null || { echo "no module ifb"; exit 77; }
lsmod | grep -q '^ifb ' && { echo "module ifb is in use"; exit 77; }
modprobe ifb numifbs=0
"$DTRACE" -q -s again.d >"$TMP/out" & p=$!
tell() { for i in $(seq 150); do grep -q "$1" "$TMP/out" && return; $2; sleep 0.1; done; echo "not told: $1"; }
once() { ip link add $1 type ifb && ip link del $1; }
end() { kill -INT $p; wait $p; modprobe -r ifb; }
tell armed :
once ifb71
tell 'free ifb71' :
modprobe -r ifb 2>/dev/null || { end; echo "this kernel keeps a module that is traced"; exit 77; }
modprobe ifb numifbs=0
try() { once ifb72; }
tell 'free ifb72' try
once ifb73
tell 'free ifb73' :
end
sed -n '/./!d; 1,/free ifb71/p; /init ifb73/,$p' "$TMP/out"
