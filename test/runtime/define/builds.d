/*
 * As other projects' builds call it: comments after #, words of D as names, objects before and behind -o, options that
 * SystemTap's dtrace ignores, files of any suffix, no -o, types by the preprocessor. A macro of each is used.
 */
/* @run: cp builds.* $TMP; cp $TEST $TMP/shop.dtrace; cd $TMP; sh builds.sh */

provider shop {
	# file: shop.c
	# prefix: shop
	probe order__placed(int no, const char *string, int self);
	# of an order
	#binary: shop
	probe order__gone(void *probe, unsigned this, char counter[4]);
	probe nothing(void);
};
