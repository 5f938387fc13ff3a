#pragma D option quiet
syscall:::entry /pid == $target || progenyof($target)/ { self->start = timestamp; self->vstart = vtimestamp; }
syscall:::return /self->start/ { this->elapsed = timestamp - self->start; this->cpu = vtimestamp - self->vstart; @Counts[probefunc] = count(); @Elapsed[probefunc] = sum(this->elapsed); @CPU[probefunc] = sum(this->cpu); self->start = 0; self->vstart = 0; @Elapsed["TOTAL:"] = sum(this->elapsed);}
dtrace:::END { trunc(@Counts,5); trunc(@Elapsed,5); trunc(@CPU,5); printa("%-20s %@10d\n", @Counts); printa("%-20s %@10d\n", @Elapsed); printa("%-20s %@10d\n", @CPU);}
