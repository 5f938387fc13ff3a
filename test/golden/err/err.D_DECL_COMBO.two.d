/* a type is one type */
int char x;
