/* Types of arguments, as far as the note tells. */
/* @run: $DTRACE -lvn 'sites$target:::constants' -c $PROGRAMS/sites | sed -n 's/^\t\targs/args/p'; $DTRACE -xerrtags -n 'sites$target:::constants { trace(args[6]); }' -c $PROGRAMS/sites 2>&1 | grep -o 'D_[A-Z_]*' */
BEGIN { exit(0); }
