/* Spinning cannot be seen. */
/* @trigger: $PROGRAMS/locks mutex */
plockstat$target:::mutex-spin { trace(arg0); }
