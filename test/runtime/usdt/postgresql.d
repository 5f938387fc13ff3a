/* PostgreSQL: the server process for the connection starts after tracing did; its queries, transactions and sorts. */
/* @run: OLD=$PWD; TEST=$OLD/$TEST sh postgresql.sh */
/* @timeout: 60 */
postgresql*:::query-start { printf("%s\n", copyinstr(arg0)); self->query = 1; }
postgresql*:::query-done { self->query = 0; }
postgresql*:::transaction-commit /self->query/ { @["commit"] = count(); }
postgresql*:::sort-done { @["sort"] = count(); }
postgresql*:::query-plan-start { self->planned = timestamp; }
postgresql*:::query-plan-done /self->planned && timestamp > self->planned/ { @["plan"] = count(); }
END { printa("%s %@d\n", @); }
