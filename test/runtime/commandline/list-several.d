/* A text of -l may have several descriptions, as one that is enabled may. */
/* @run: $DTRACE -l -n BEGIN,END -P dtrace -n 'dtrace:::END,syscall::read:entry' 2>&1; echo $? */
