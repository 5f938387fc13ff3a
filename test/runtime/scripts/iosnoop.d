/* @run: $SRC/test/with-loop 4m '$DTRACE -s $SRC/share/scripts/iosnoop.d $NAME -c "dd if=$DEV of=/dev/null bs=64k count=3 iflag=direct status=none" | awk -v n=$NAME "/PID/; \$3 == n {sub(n, \"loop\"); print \$2, \$3, \$4, \$5, \$6, (\$7 < 5000), \$8}"' */
/* @needs: task_kptr */
/* Three reads of a disk. */
