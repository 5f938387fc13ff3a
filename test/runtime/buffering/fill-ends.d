/* Tracing ends when the buffer is full; END is still recorded, its room is set aside. */
/* @opts: -q -xbufpolicy=fill -xbufsize=128 -xstatusrate=10ms -xswitchrate=10ms */
tick-1ms { printf("%d\n", n++); }
END { printf("end\n"); }
