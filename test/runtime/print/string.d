/* @opts: -q */
BEGIN { print("text"); print(probename); exit(0); }
