/* Tracepoints of modules are found in their own type information, and have the types that stand there. */
/* @opts: -q */
/* @run: unshare -m sh $SRC/test/runtime/sdt/module.sh $SRC $TMP */
