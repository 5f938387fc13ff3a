/* macro arguments are numbered by 32 bits */
BEGIN { x = $99999999999; }
