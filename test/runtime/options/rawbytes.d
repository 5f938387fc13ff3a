/* @opts: -q -xrawbytes */
struct s { char a[10]; };
struct s v;
BEGIN { v.a[0] = 'x'; trace(v.a); exit(0); }
