/*
 * A program of everything (program.in) prints the same on a kernel with all that it has, without each feature that has a
 * replacement, and without all of them.
 */
/* @timeout: 120 */
/* @run: for f in '' cpu_v4 func_addr may_goto mmap_array raw_tp_cookie rdonly_cast slot_bounds str_kfuncs task_storage timer tp_btf uprobe_multi tp_btf,rdonly_cast,task_storage,may_goto,cpu_v4,mmap_array,timer,raw_tp_cookie,str_kfuncs; do $DTRACE -q ${f:+-xnofeature=$f} -s program.in -c "sh -c 'cd /nowhere-to-be-found 2>/dev/null; sleep 0.2'" 2>&1 | diff program.expected - && echo "without ${f:-nothing}: the same"; done */
