/* @run: "$DTRACE" -l -P dtrace */
