/* What does not compile is told before anything is listed, whatever stands before it. */
/* @run: for p in 'BEGIN{trace(zz)}' 'a:b:c:d:e' 'BEGIN,' ''; do $DTRACE -l -n END -n "$p" 2>&1 | head -1; done; $DTRACE -l -n BEGIN more 2>&1; echo $?; $DTRACE -l -i 0 >/dev/null 2>&1; echo $? */
