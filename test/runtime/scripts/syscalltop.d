/* @run: $DTRACE -s $SRC/share/scripts/syscalltop.d 0 2 -c "dd if=/dev/zero of=/dev/null bs=1 count=3000000 status=none" | awk '/PROGRAM/ || /^dd +(read|write) / {sub(/ +[0-9]+$/, " N"); if (!seen[$0]++) print}' | sort */
/* What dd does is among the most frequent; it ends after two seconds. */
