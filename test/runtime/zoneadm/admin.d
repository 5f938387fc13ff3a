/* Users who are not root administer the zones that name them, and no others, by zoneadmd; what they ask for that is not theirs, or is no request. */
/* @needs: python3 setpriv script others */
/* @timeout: 60 */
/* @run: exec 2>&1; sh ./admin.sh */
