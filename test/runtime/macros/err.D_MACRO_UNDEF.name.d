BEGIN { trace($nothing); exit(0); }
