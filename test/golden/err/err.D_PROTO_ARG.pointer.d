/* copyinstr() wants an address as integer */
char *p; BEGIN { x = copyinstr(p); }
