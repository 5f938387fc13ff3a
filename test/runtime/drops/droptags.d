/* @opts: -q -xdroptags */
BEGIN { a = speculation(); b = speculation(); exit(0); }
