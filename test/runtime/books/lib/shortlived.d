#pragma D option quiet
dtrace:::BEGIN { start = timestamp; }
proc:::start { self->start = timestamp; }
proc:::exit /self->start/ { this->delta = timestamp - self->start; total += this->delta; n++; @Total[execname] = sum(this->delta); @Ppid[ppid] = count(); self->start = 0;}
dtrace:::END { printf("short lived %d, %d ms of %d ms\n", n, total/1000000, (timestamp-start)/1000000); normalize(@Total,1000000); printa("%-20s %@d ms\n", @Total); }
