#pragma D option quiet
profile:::profile-1000hz { @count[stringof(curlwpsinfo->pr_clname)] = lquantize(curlwpsinfo->pr_pri, 0, 170, 10); }
dtrace:::END { printa(@count); }
