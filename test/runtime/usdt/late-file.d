/* A program that nobody has run before starts while tracing runs, and loads a library with probes. */
/* @run: cp $PROGRAMS/sites $TMP/new; cp $PROGRAMS/plugin.so $TMP/module.so; $DTRACE -Zqs $TEST -c "sh -c 'sleep 0.3; $TMP/new 0.7 2; $TMP/new 0 3; $PROGRAMS/loads $TMP/module.so 2 500'" | sort */
sites*:new::twice { @[probemod, probename, (int)arg0] = count(); }
plugin*:module.so::fired { @[probemod, probename, (int)arg0] = count(); made[pid] = probeprov == strjoin("plugin", lltostr(pid)); ok += made[pid]; }
END { printa("%s %s %d %@d\n", @); printf("named %d\n", ok); }
