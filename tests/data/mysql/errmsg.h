/* See mysql.h beside it. */
#ifndef ERRMSG_STAND_IN
#define ERRMSG_STAND_IN

#define CR_MIN_ERROR 2000
#define CR_MAX_ERROR 2999
#define CR_UNKNOWN_ERROR 2000
#define CR_SERVER_GONE_ERROR 2006

#endif
