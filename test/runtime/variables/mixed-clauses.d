/* this-> passes through clauses whose predicates fail. */
#pragma D option quiet

this int a;

BEGIN { this->a = 1; }
BEGIN /this->a == 2/ { this->a = 100; }
BEGIN { this->a++; }
BEGIN /this->a == 2/ { this->a *= 10; }
BEGIN { printf("%d\n", this->a); exit(0); }
