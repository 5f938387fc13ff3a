BEGIN { exit(0); }
tick-1s, /* without an end
