/* The probes without a source are refused with the reason. */
/* @run: for n in adaptive-acquire adaptive-release spin-acquire spin-release rw-acquire rw-release rw-upgrade rw-downgrade thread-spin; do $DTRACE -n lockstat:::$n 2>&1 | grep hint; done */
