/* one storage class is enough */
static extern int x;
