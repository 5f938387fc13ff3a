/* a string ends on its line */
BEGIN { x = "a
"; }
