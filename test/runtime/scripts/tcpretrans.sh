# Connects through a pair of devices whose far end has no address, for as long as the first segment is repeated once.
set -e
ip link add end0 type veth peer name end1 2>/dev/null || { echo "no veth devices"; exit 77; }
ip addr add 198.51.100.1/24 dev end0
ip link set end0 up
ip link set end1 up
ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:02 dev end0
"$DTRACE" -s "$SRC/share/scripts/tcpretrans.d" -c "python3 -c 'import socket
s = socket.socket(); s.settimeout(1.5)
try: s.connect((\"198.51.100.2\", 9))
except TimeoutError: pass'"
