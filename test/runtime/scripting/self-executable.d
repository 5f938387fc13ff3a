/* @run: printf '#!%s -s\n#pragma D option quiet\nBEGIN { printf("%%s %%d\\n", $$1, $2); exit(0); }\n' $DTRACE >$TMP/s.d; chmod +x $TMP/s.d; $TMP/s.d arg 7 */
