#pragma D option quiet
vminfo:::pgpgin { pi += arg0; } vminfo:::pgpgout { po += arg0; } vminfo:::maj_fault { mj++; } vminfo:::as_fault { mf += arg0; } vminfo:::dfree { fr += arg0; } vminfo:::scan { sr += arg0; } vminfo:::zfod {zf += arg0;} vminfo:::prot_fault {pf += arg0;}
profile:::tick-1s { printf("%d %d maj %d as %d fr %d sr %d zf %d pf %d\n", pi, po, mj, mf, fr, sr, zf, pf); n++; pi=po=mj=mf=fr=sr=zf=0;} END { printf("%d seconds\n", n); }

