/* A program without any record tells of its drops all the same. */
/* @run: $DTRACE -qx aggsize=16k -n 'syscall:::entry /pid == $target/ { @[timestamp] = count(); }' -c 'dd if=/dev/zero of=/dev/null bs=1 count=20000 status=none' 2>&1 | grep -o 'aggregation drops on CPU' | sort -u */
BEGIN { exit(0); }
