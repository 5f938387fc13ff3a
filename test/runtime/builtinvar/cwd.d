/* @run: cd "$TMP" && mkdir -p a/b && cd a/b && "$DTRACE" -qn 'BEGIN { printf("%s %s\n", cwd, root); exit(0); }' | sed "s#$(realpath "$TMP")#TMP#" */
