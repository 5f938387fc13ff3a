/* @trigger: $PROGRAMS/floats */
floats$target:::vector { trace(args[0]); }
