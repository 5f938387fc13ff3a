#pragma D option quiet
io:::start { this->size = args[0]->b_bcount; @Size[pid, curpsinfo->pr_psargs] = quantize(this->size); }
dtrace:::END { printf("\n%8s  %s\n", "PID", "CMD"); printa("%8d  %s\n%@d\n", @Size); }
