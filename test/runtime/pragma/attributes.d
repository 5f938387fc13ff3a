#pragma D option quiet
inline int my_inline = 3;
#pragma D attributes Evolving/Evolving/Common my_inline
BEGIN { printf("%d\n", my_inline); exit(0); }
