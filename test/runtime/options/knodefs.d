/* @run: $DTRACE -q -xknodefs -en 'BEGIN { trace(`no_such_symbol_anywhere); }' && echo compiled; $DTRACE -xerrtags -qen 'BEGIN { trace(`no_such_symbol_anywhere); }' 2>&1 | grep -o D_IDENT_UNDEF */
