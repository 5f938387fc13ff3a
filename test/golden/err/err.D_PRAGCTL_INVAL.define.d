/* what cpp understands D does not */
#define X 1
BEGIN { }
