/* sysidcfg: a zone boots with its host name, password, time zone, locale and name service without being asked; wrong files are told, and links of the zone's lead nowhere else. */
/* @needs: others */
/* @run: sh answers.sh */
