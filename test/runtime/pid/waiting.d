/* A process that waits for dtrace to look at what it has loaded is never left waiting: dtrace is stopped, or killed. */
/* @run: timeout 200 python3 waiting.py $DTRACE $PROGRAMS/loads $PROGRAMS/plugin.so */
/* @timeout: 210 */
BEGIN { exit(0); }
