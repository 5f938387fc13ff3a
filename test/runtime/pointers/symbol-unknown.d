/* @run: $DTRACE -xerrtags -qn 'BEGIN { trace(`no_such_symbol_at_all); exit(0); }' 2>&1 | grep -c D_IDENT_UNDEF */
