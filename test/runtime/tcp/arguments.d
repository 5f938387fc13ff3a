/* @run: for p in tcp:::send tcp:::receive tcp:::connect-request tcp:::state-change ip:::send ip:::receive udp:::send udp:::receive mib:::udpOutDatagrams; do echo $p; $DTRACE -lvn $p | sed -n 's/^[[:space:]]*\(args\[\)/  \1/p'; done */
/* The arguments are those that are documented, in their order. */
