/* Tracing ends when the buffer is full; END is still recorded, its room is set aside. */
/* @opts: -q -xbufpolicy=fill -xbufsize=128 -xstatusrate=10ms -xswitchrate=10ms */
/* @filter: /^([2-9]|[0-9][0-9]+)$/d */
tick-1ms { printf("%d\n", n++); }
END { printf("end\n"); }
