/* @run: for p in lookup getpage poll inactive; do $DTRACE -n "fsinfo:::$p"; done 2>&1 | sed 's/^dtrace: invalid probe specifier //'; $DTRACE -ln 'fsinfo:genunix:fop_read:read' -n 'fsinfo::fop_re*:' | awk '{print $NF}'; $DTRACE -lv -P fsinfo | grep -c "fileinfo_t"; $DTRACE -n 'fsinfo:::open { trace(args[0]->fi_nothing); }' 2>&1 | head -1 */
/* Operations that Linux does not have, and members that do not exist. */
fsinfo:::lookup
