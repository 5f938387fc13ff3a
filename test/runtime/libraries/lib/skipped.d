#pragma D depends_on module no_such_module

inline int NEVER = (int)sizeof (struct no_such_type);
