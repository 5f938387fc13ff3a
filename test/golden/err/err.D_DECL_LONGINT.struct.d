/* there is no long struct */
long struct foo x;
