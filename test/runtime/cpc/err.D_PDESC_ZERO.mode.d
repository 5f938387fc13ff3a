cpc:::page-faults-nowhere-1 { exit(0); }
