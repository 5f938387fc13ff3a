lockstat:::adaptive-acquire { exit(0); }
