/* an octal constant has no 8 */
BEGIN { x = 089; }
