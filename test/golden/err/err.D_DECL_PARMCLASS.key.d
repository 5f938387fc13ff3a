/* keys are not stored anywhere of their own */
int a[static int];
