/* @run: $DTRACE -n nosuch 2>&1 | head -1; $DTRACE -P nosuch 2>&1 | head -1; $DTRACE -n a:b:c:d 2>&1 | head -1; $DTRACE -ln nosuch 2>&1; $DTRACE -li 99999999 2>&1; true */
