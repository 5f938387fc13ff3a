/* a struct has no sign */
signed struct foo x;
