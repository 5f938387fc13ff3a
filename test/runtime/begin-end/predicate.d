/* @opts: -q */
BEGIN { x = 5; }
BEGIN /x == 5/ { printf("five\n"); }
BEGIN /x != 5/ { printf("not five\n"); }
BEGIN { exit(0); }
END /x/ { printf("end\n"); }
END /!x/ { printf("no end\n"); }
