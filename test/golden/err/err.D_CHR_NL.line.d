/* a character constant ends on its line */
BEGIN { x = 'a
'; }
