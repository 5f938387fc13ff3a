#pragma D option quiet
uint64_t pending[dev_t];
io:::start { @[args[1]->dev_statname] = quantize(pending[args[0]->b_edev]); pending[args[0]->b_edev]++; @n[getmajor(args[0]->b_edev), getminor(args[0]->b_edev)] = count(); } io:::done /pending[args[0]->b_edev]/ { pending[args[0]->b_edev]--; @e[args[0]->b_error] = count();}
profile:::tick-1s { printa(@); printa(@n); printa(@e); exit(0); }
